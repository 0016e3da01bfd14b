"""A crosswalk as plain values: for people who compare years by script, and for the table of the command."""

from __future__ import annotations

from typing import Any

from surveyapp.domain.crosswalk import Crosswalk, Match, codes_of
from surveyapp.domain.paper import Paper, Text


def crosswalk_document(crosswalk: Crosswalk, before: Paper, after: Paper) -> dict[str, Any]:
    """Every match with its kind, both sides by code and name, and why it breaks."""
    names = codes_of(before), codes_of(after)
    return {
        "fiscal_year": crosswalk.after_year,
        "from": crosswalk.before_year,
        "status": crosswalk.status.value,
        "sources": list(crosswalk.sources),
        "unsure": [_text(each) for each in crosswalk.unsure],
        "matches": [_match(match, *names) for match in crosswalk.matches],
    }


def _match(match: Match, before: dict[str, Text], after: dict[str, Text]) -> dict[str, Any]:
    return {
        "kind": match.kind.value,
        "from": [{"code": code, "name": _text(before[code])} for code in match.before],
        "to": [{"code": code, "name": _text(after[code])} for code in match.after],
        "breaks": [{"fiscal_year": each.year, "why": _text(each.why)} for each in match.breaks],
    }


def _text(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}
