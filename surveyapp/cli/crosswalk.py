"""A crosswalk as lines a person reads in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from surveyapp.cli.talk import Talk
from surveyapp.domain.problems import N_

_KINDS: Final = {
    "changed": N_("Changed: goes on, but may not be compared"),
    "merged": N_("Merged: several became one"),
    "split": N_("Split: one became several"),
    "regrouped": N_("Regrouped: several became several"),
    "new": N_("New"),
    "dropped": N_("Dropped"),
    "same": N_("The same: may be compared"),
}
_STATUS: Final = {"draft": N_("draft, not confirmed"), "verified": N_("verified")}


def crosswalk_lines(talk: Talk, document: dict[str, Any]) -> Iterator[str]:
    """A heading, then every kind of match with its matches; what is the same comes last and shortest."""
    facts = {"before": document["from"], "after": document["fiscal_year"]}
    status = talk.words(_STATUS[document["status"]])
    yield talk.words(N_("From fiscal year %(before)s to %(after)s (%(status)s)"), **facts, status=status)
    for kind, heading in _KINDS.items():
        matches = [match for match in document["matches"] if match["kind"] == kind]
        if matches:
            yield ""
            yield f"{talk.words(heading)} ({len(matches)})"
        for reason, alike in _by_reason(matches, talk.language).items():
            if reason:
                yield f"  {reason}"
            yield from (f"    {_line(match, talk.language)}" for match in alike)
    if document["unsure"]:
        yield ""
        yield talk.words(N_("Not settled"))
        yield from (f"  {text[talk.language]}" for text in document["unsure"])


def _by_reason(matches: list[dict[str, Any]], language: str) -> dict[str, list[dict[str, Any]]]:
    """Reason → the matches it holds for, so that it is said once; "" where there is nothing to explain."""
    found: dict[str, list[dict[str, Any]]] = {}
    for match in matches:
        reason = "; ".join(each["why"][language] for each in match["breaks"])
        found.setdefault(reason, []).append(match)
    return found


def _line(match: dict[str, Any], language: str) -> str:
    sides = [" + ".join(_code(each["code"]) for each in match[side]) for side in ("from", "to") if match[side]]
    name = (match["to"] or match["from"])[0]["name"][language]
    return f"{' → '.join(dict.fromkeys(sides))}\t{name}"


def _code(code: str) -> str:
    return code.upper() if code in ("iit", "eit", "oit") else "·" if code in ("total", "level") else code
