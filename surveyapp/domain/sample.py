"""The minimum number of responses an instrument needs for one agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from surveyapp.domain.paper import Instrument, Paper, SampleRule
from surveyapp.domain.problems import N_


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


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a minimum is what it is: an English sentence to be translated, and its facts."""

    sentence: str
    facts: Mapping[str, str | int]


def explain(rule: SampleRule, eligible: int | None) -> Explained:
    """In a sentence, how ``minimum_sample`` came to its number."""
    needed = minimum_sample(rule, eligible)
    facts = {"n": f"{needed:,}", "eligible": f"{eligible or 0:,}"}
    if eligible is not None and needed == eligible:
        return Explained(N_("Everybody is asked: %(eligible)s may answer, and the rule asks for no fewer."), facts)
    if rule.fixed is not None:
        return Explained(N_("The rule of this kind of agency asks for %(n)s, however many people there are."), facts)
    if eligible is None or rule.share is None:
        return Explained(N_("At least %(n)s; perhaps more once the number of people is told."), facts)
    part = int((rule.share * Decimal(eligible)).to_integral_value(ROUND_CEILING))
    facts |= {"share": f"{rule.share * 100:f}".rstrip("0").rstrip("."), "part": f"{part:,}"}
    if needed > part:
        return Explained(N_("%(share)s%% of %(eligible)s is %(part)s, but never fewer than %(n)s."), facts)
    if needed < part:
        return Explained(N_("%(share)s%% of %(eligible)s is %(part)s, but %(n)s are enough."), facts)
    return Explained(N_("%(share)s%% of %(eligible)s, rounded up, is %(n)s."), facts)
