"""The minimum number of responses an instrument needs for one agency."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from surveyapp.domain.paper import Instrument, Paper, SampleRule


def rule_for(paper: Paper, instrument: Instrument, kind: str) -> SampleRule | None:
    """The rule of the agency's kind, else the rule for every kind, else None."""
    rules = [rule for rule in paper.samples if rule.instrument is instrument]
    own = next((rule for rule in rules if kind in rule.kinds), None)
    return own or next((rule for rule in rules if not rule.kinds), None)


def minimum_sample(rule: SampleRule, eligible: int | None) -> int:
    """How many responses the rule asks for. ``eligible``: people who may answer; None: not known.

    Never more than the eligible themselves: an agency of 12 people needs 12.
    """
    if rule.fixed is not None:
        needed = rule.fixed
    elif eligible is None or rule.share is None:
        needed = rule.at_least
    else:
        needed = int((rule.share * Decimal(eligible)).to_integral_value(ROUND_CEILING))
        needed = max(rule.at_least, needed)
        needed = min(needed, rule.at_most) if rule.at_most is not None else needed
    return needed if eligible is None else min(needed, eligible)
