"""The lines of one agency over the years: what may be compared, and where a line breaks and why.

A difference is only ever told across a stretch where the same thing was asked on the same scale, and
where both scores are there to be read. The results that come in must already be what the reader may see
(``domain.release``): a score withheld there is withheld here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias

from surveyapp.domain.crosswalk import LEVEL, TOTAL, Break, Crosswalk, MatchKind, code_order, codes_of, group_of
from surveyapp.domain.levels import level
from surveyapp.domain.paper import Level, Paper, Status, Text
from surveyapp.domain.release import PROTECTED, PublicResult
from surveyapp.domain.steps import Reason, Score, Withheld, shown

Between: TypeAlias = Callable[[int, int], Crosswalk]
_LINES: Final = ("total", "instrument", "indicator")
_NOT_ASKED: Final = Withheld(Reason.NOT_GIVEN)


class StretchKind(StrEnum):
    """How two neighbouring years of a line hang together."""

    COMPARABLE = "comparable"
    BROKEN = "broken"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one year of a line to the next. draft: the crosswalk itself is not confirmed."""

    kind: StretchKind
    draft: bool
    breaks: tuple[Break, ...] = ()
    difference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One code, under its newest name, with a score a year and a stretch between each two."""

    code: str
    name: Text
    scores: tuple[Score, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the trend, with the level the agency had."""

    fiscal_year: int
    level: Level | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Every line over the years. ``levels``: the stretches of the levels (they have no difference)."""

    years: tuple[Year, ...]
    lines: tuple[Line, ...]
    levels: tuple[Stretch, ...]
    unsure: tuple[Text, ...]

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Every reason once, by year; a note is numbered by its place in here."""
        lines = [stretch for line in self.lines for stretch in line.stretches]
        found = {each for stretch in [*self.levels, *lines] for each in stretch.breaks}
        return tuple(sorted(found, key=lambda each: (each.year, each.why.th)))

    @property
    def draft(self) -> bool:
        """Whether any crosswalk it rests on is a draft."""
        return any(stretch.draft for stretch in self.levels)


def trend(results: Sequence[PublicResult], between: Between) -> Trend | None:
    """The lines of one agency's public results, oldest first; None while there is only one."""
    if len(results) < 2:
        return None
    papers = [result.paper for result in results]
    walks = [between(one.fiscal_year, other.fiscal_year) for one, other in pairwise(papers)]
    return Trend(
        tuple(Year(result.paper.fiscal_year, level(result)) for result in results),
        tuple(_line(chain, results, walks) for chain in _chains([_known(paper) for paper in papers], walks)),
        tuple(_stretch(walk, LEVEL, LEVEL, None) for walk in walks),
        tuple(dict.fromkeys(text for walk in walks for text in walk.unsure)),
    )


# --- which codes make a line -----------------------------------------------------------------------

_Chain: TypeAlias = tuple[str | None, ...]


def _known(paper: Paper) -> dict[str, Text]:
    """The codes a line may be of → their names: the total, the instruments, the indicators."""
    return {code: name for code, name in codes_of(paper).items() if group_of(code) in _LINES}


def _chains(known: Sequence[dict[str, Text]], walks: Sequence[Crosswalk]) -> Iterator[_Chain]:
    """A code a year for every line, from the newest codes backwards; lines that ended come last."""
    told: set[tuple[int, str]] = set()
    for last in reversed(range(len(known))):
        for code in sorted(known[last], key=code_order):
            if (last, code) not in told:
                chain = tuple(_back(code, walks[:last]))
                told |= {(place, each) for place, each in enumerate(chain) if each is not None}
                yield chain + (None,) * (len(known) - 1 - last)


def _back(code: str, walks: Sequence[Crosswalk]) -> list[str | None]:
    """The code and what it came from, oldest first; None before it was new, or where it was several."""
    found: list[str | None] = [code]
    for walk in reversed(walks):
        match = walk.into(found[0]) if found[0] is not None else None
        alone = match is not None and len(match.before) == len(match.after) == 1
        found.insert(0, match.before[0] if match is not None and alone else None)
    return found


# --- scores and stretches --------------------------------------------------------------------------


def _line(chain: _Chain, results: Sequence[PublicResult], walks: Sequence[Crosswalk]) -> Line:
    scores = tuple(_score(result, code) for result, code in zip(results, chain, strict=True))
    stretches = (
        _stretch(walk, before, after, pair)
        for walk, (before, after), pair in zip(walks, pairwise(chain), pairwise(scores), strict=True)
    )
    newest = max(place for place, code in enumerate(chain) if code is not None)
    code = chain[newest] or ""
    return Line(code, _known(results[newest].paper)[code], scores, tuple(stretches))


def _score(result: PublicResult, code: str | None) -> Score:
    steps = {TOTAL: result.tree} | {each.value: step for each, step in result.instruments().items()}
    steps |= result.indicators()
    if code is None:
        return _NOT_ASKED
    return steps[code].score if code in steps else _hidden(result, code)


def _hidden(result: PublicResult, code: str) -> Withheld:
    """Why an indicator is not in the tree: too few answered its instrument, or it was never given."""
    needed = result.paper.release.least_for_steps
    for turnout in result.turnouts:
        codes = {indicator.code for indicator in result.paper.questionnaire(turnout.instrument).indicators}
        if code in codes:
            n = turnout.n.value
            return Withheld(Reason.TOO_FEW, {"n": n, "needed": needed}) if n < needed else PROTECTED
    return _NOT_ASKED


def _stretch(walk: Crosswalk, before: str | None, after: str | None, pair: tuple[Score, Score] | None) -> Stretch:
    """pair: the two scores; None for the level, which has none to take from one another."""
    draft = walk.status is Status.DRAFT
    match = walk.into(after) if after is not None else None
    if match is not None and match.breaks:
        return Stretch(StretchKind.BROKEN, draft, match.breaks)
    if match is None or before is None or match.kind is not MatchKind.SAME or match.before != (before,):
        return Stretch(StretchKind.GAP, draft)
    if pair is None:
        return Stretch(StretchKind.COMPARABLE, draft)
    old, new = pair
    if isinstance(old, Withheld) or isinstance(new, Withheld):
        return Stretch(StretchKind.GAP, draft)
    return Stretch(StretchKind.COMPARABLE, draft, (), shown(new) - shown(old))
