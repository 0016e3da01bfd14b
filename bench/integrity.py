"""The signs of integrity on made-up agencies: false alarms among honest ones, and what stuffing they see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench import people
from bench.people import Agency
from surveyapp.domain import integrity_rates
from surveyapp.domain.integrity import Mark, Sign, gap, one_day, signs
from surveyapp.domain.integrity_rates import SHARES, Rate
from surveyapp.domain.paper import Instrument, Questionnaire
from surveyapp.instruments.library import Library

AGENCIES = int(os.environ.get("BENCH_AGENCIES", "600"))
STUFFED = int(os.environ.get("BENCH_STUFFED", "50"))
PAPERS = ((2564, Instrument.IIT), (2568, Instrument.IIT), (2568, Instrument.EIT))
SIZES = (15, 30, 100, 400)
RELEASE = Library().paper(2568).release
ANY = "any"

Stuff = Callable[[Random, Agency, float], Agency]


def _same(make: Callable[[Random, Questionnaire], bytes]) -> Stuff:
    return lambda dice, agency, share: people.stuffed(dice, agency, share, make)


def _by_one(hand: Callable[[Random, Questionnaire], Callable[[Random, Questionnaire], bytes]]) -> Stuff:
    return lambda dice, agency, share: people.stuffed(dice, agency, share, hand(dice, agency.questionnaire))


# (what should notice it, the way, how)
WAYS: tuple[tuple[str, str, Stuff], ...] = (
    (Mark.ALIKE, "copies", _by_one(people.copies(0))),
    (Mark.ALIKE, "copies, 5 % noise", _by_one(people.copies(0.05))),
    (Mark.STRAIGHT, "straight lines", _same(people.straight)),
    (Mark.ALL_TOP, "full points", _same(people.all_top)),
    (Mark.GAP, "full points in part 1", _same(people.all_top)),
    (Mark.ONE_DAY, "on one day", people.in_a_day),
    (ANY, "careful hand", _by_one(people.careful)),
)


def raised(agency: Agency, mark: str = ANY) -> set[str]:
    """The signs an agency shows, of those asked for. The IIT has no second part."""
    found: list[Sign | None] = []
    if mark in (ANY, Mark.ONE_DAY):
        found.append(one_day(agency.days))
    if mark in (ANY, Mark.GAP) and agency.questionnaire.instrument is Instrument.EIT:
        found.append(gap(agency.questionnaire, agency.first, agency.second))
    if mark not in (Mark.GAP, Mark.ONE_DAY):
        found += signs(agency.questionnaire, agency.first)
    marks = {str(sign.mark) for sign in found if sign and sign.raised(RELEASE)}
    return marks | {ANY} if marks else marks


def measure(cell: tuple[int, Instrument, int]) -> list[Rate]:
    """One questionnaire, one size: honest agencies, then the same stuffed in each way."""
    year, instrument, n = cell
    questionnaire = Library().paper(year).questionnaire(instrument)
    dice = Random(f"{year}{instrument}{n}")
    agencies = [people.clean(dice, questionnaire, n) for _ in range(AGENCIES)]
    alarms = [raised(agency) for agency in agencies]
    rates = []
    for mark, way, stuff in WAYS:
        if mark == Mark.GAP and instrument is Instrument.IIT:
            continue
        found = tuple(
            sum(mark in raised(stuff(dice, agency, share / 100), mark) for agency in agencies[:STUFFED])
            for share in SHARES
        )
        wrong = sum(mark in alarm for alarm in alarms)
        rates.append(Rate(str(mark), way, len(questionnaire.sub_questions), n, AGENCIES, wrong, STUFFED, found))
    return rates


def table() -> Iterator[Rate]:
    """Every row; on two processors."""
    with ProcessPoolExecutor(2) as pool:
        cells = [(year, instrument, n) for n in reversed(SIZES) for year, instrument in PAPERS]
        rates = [rate for found in pool.map(measure, cells) for rate in found]
    ways = [way for _, way, _ in WAYS]
    yield from sorted(rates, key=lambda rate: (ways.index(rate.way), -rate.questions, rate.n))


def integrity(*, write: bool) -> None:
    """Print the table; with ``write`` also keep it where the pages take it from."""
    heads = "".join(f"{f'{share} %':>8}" for share in SHARES)
    print(f"{'sign':10}{'stuffed with':24}{'questions':>10}{'answers':>9}{'false alarms':>20}{'   found at':12}{heads}")
    rates = []
    for rate in table():
        rates.append(rate)
        wrong = f"{rate.raised / rate.agencies:.1%} ({rate.raised}/{rate.agencies})"
        found = "".join(f"{each / rate.stuffed:>8.0%}" for each in rate.found)
        print(f"{rate.mark:10}{rate.way:24}{rate.questions:>10}{rate.n:>9}{wrong:>20}{'':12}{found}", flush=True)
    if write:
        _write(rates)


def _write(rates: list[Rate]) -> None:
    path = Path(integrity_rates.__file__)
    head = path.read_text(encoding="utf-8").split("MEASURED_ON", 1)[0]
    rows = "".join(
        f'    Rate("{r.mark}", "{r.way}", {r.questions}, {r.n}, {r.agencies}, {r.raised}, {r.stuffed}, {r.found}),\n'
        for r in rates
    )
    day = datetime.now(UTC).date().isoformat()
    measured = f'MEASURED_ON: Final = "{day}"\nMEASURED: Final[tuple[Rate, ...]] = (\n{rows})\n'
    path.write_text(head + measured, encoding="utf-8")
