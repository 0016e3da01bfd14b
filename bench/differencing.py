"""The attack of ``tests/trust`` on thousands of small rounds: what a reader who solves equations learns."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random

from surveyapp.domain.paper import EitParts, Instrument, Paper, Settings
from surveyapp.domain.release import PublicResult, release
from surveyapp.domain.scoring import score
from surveyapp.domain.steps import Withheld
from surveyapp.instruments.library import Library
from tests.trust.differencing import Published, attack, people_of, read
from tests.trust.rounds import small_round

ROUNDS = int(os.environ.get("BENCH_SMALL_ROUNDS", "10000"))
_BATCH = 50
_GROUPS_EVERY = 25  # rounds in which every run of neighbouring choices is tried, too
_SETS = (
    ("FY2569", 2569, None, 24, 0.86),
    ("FY2569, larger", 2569, None, 40, 0.04),
    ("FY2569, parts pooled", 2569, EitParts.POOL, 30, 0.08),
    ("FY2564", 2564, None, 12, 0.02),
)


def differencing() -> None:
    """Print what was tried, what was pinned, and the same for a page that shows every score."""
    with ProcessPoolExecutor() as pool:
        for name, year, parts, most, share in _SETS:
            begun = time.perf_counter()
            batches = max(1, round(ROUNDS * share / _BATCH))
            totals = _sum(pool.map(partial(_batch, year, parts, most), range(batches)))
            print(f"\n{name}: {totals['rounds']:,} rounds of 1 to {most} answers, {time.perf_counter() - begun:.0f} s")
            print(f"  counts of one or two, or of everybody, to keep: {totals['cells']:,}")
            print(f"  worked out: {totals['pinned']:,}; smallest group worked out: {totals['smallest'] or 'none'}")
            print(f"  surveys with ten answers and more: {totals['surveys']:,}; score shown of {totals['scores']:,}")
            print(f"  indicators shown: {totals['shown']:,} of {totals['indicators']:,}")
        control = _sum(pool.map(partial(_control, 2569), range(4)))
    share = control["pinned"] / control["cells"]
    print(
        f"\ncontrol, every score with two decimals and no counts: {control['pinned']:,} of {control['cells']:,}", end=""
    )
    print(f" worked out ({share:.0%})")


def _paper(year: int, parts: EitParts | None) -> Paper:
    from dataclasses import replace

    found = Library().paper(year)
    settings: Settings = replace(found.settings, eit_parts=parts) if parts else found.settings
    return replace(found, settings=settings)


def _batch(year: int, parts: EitParts | None, most: int, number: int) -> Counter[str]:
    paper, dice, totals = _paper(year, parts), Random(f"{year} {parts} {number}"), Counter[str]()
    for at in range(_BATCH):
        inputs = small_round(paper, dice, most=most)
        result = release(score(paper, inputs), rehearsal=False)
        found = attack(paper, inputs, read(result, people_of(paper, inputs)), groups=at % _GROUPS_EVERY == 0)
        totals += Counter(rounds=1, cells=found.cells, pinned=len(found.pinned), **_seen(paper, result))
        if found.smallest:
            totals["smallest"] = min(totals["smallest"] or found.smallest, found.smallest)
    return totals


def _control(year: int, number: int) -> Counter[str]:
    paper, dice, totals = _paper(year, None), Random(number), Counter[str]()
    for _ in range(_BATCH):
        inputs = small_round(paper, dice, most=30)
        naive = read(release(score(paper, inputs), rehearsal=True), people_of(paper, inputs), cents=True)
        found = attack(paper, inputs, Published(naive.scores, {}, naive.people))
        totals += Counter(cells=found.cells, pinned=len(found.pinned))
    return totals


def _seen(paper: Paper, result: PublicResult) -> dict[str, int]:
    found: Counter[str] = Counter()
    for turnout in result.turnouts:
        if turnout.n.value >= paper.release.least_for_steps:
            step = result.instruments()[turnout.instrument]
            found["surveys"] += 1
            found["scores"] += not isinstance(step.score, Withheld)
            found["indicators"] += len(paper.questionnaire(Instrument(step.code)).indicators)
            found["shown"] += sum(not isinstance(part.score, Withheld) for part in step.parts)
    return found


def _sum(batches: Iterator[Counter[str]]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for batch in batches:
        smallest = [each["smallest"] for each in (totals, batch) if each["smallest"]]
        totals += batch
        totals["smallest"] = min(smallest, default=0)
    return totals
