"""The attacker's game: somebody who saw who went to answer, and when, names the author of the lowest answers.

The attacker knows the order in which people of an office answered and the true answers of five of them, and is
handed what an arm of the game gives away. From that he takes every number that might follow the order of
arrival, learns from his five friends which of them does, and points at one person. Without anything to go by
he points at somebody who is no friend; what an arm adds to that is its advantage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random
from typing import TypeAlias

from sqlalchemy import text

from surveyapp.domain.link_code import make_code
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency, Channel, Link, Round, Stage
from surveyapp.domain.response import Response
from surveyapp.persistence.responses import Offer
from surveyapp.persistence.store import Store
from tests.conftest import LIBRARY, NOW

YEAR = 2564
QUESTIONS = 51
FRIENDS = 5
DAYS = 5
Clues: TypeAlias = Mapping[bytes, float]  # the number of a response → something that may follow the order


@dataclass(frozen=True)
class Office:
    """People in the order they answered, each with the number and the answers of the response."""

    link: Link
    ids: tuple[bytes, ...]
    answers: tuple[bytes, ...]
    friends: frozenset[int]
    days: tuple[int, ...]  # the day each answered on

    @property
    def target(self) -> int:
        """Who gave the lowest answers among those who are no friends: the place in the order."""
        return min(self.strangers, key=lambda place: sum(self.answers[place]))

    @property
    def strangers(self) -> list[int]:
        return [place for place in range(len(self.ids)) if place not in self.friends]


@dataclass
class Arm:
    """What came of guessing with one kind of evidence: hits, and what blind guessing would have hit."""

    hits: int = 0
    tries: int = 0
    blind: float = 0.0
    even: float = 0.0

    def note(self, office: Office, guess: int) -> None:
        self.hits += guess == office.target
        self.tries += 1
        self.blind += 1 / len(office.strangers)
        self.even += 1 / len(office.ids)

    def __add__(self, other: Arm) -> Arm:
        """Both together, of two games."""
        return Arm(self.hits + other.hits, self.tries + other.tries, self.blind + other.blind, self.even + other.even)

    @property
    def advantage(self) -> tuple[float, float, float]:
        """Share of hits beyond blind guessing among strangers, with its 95 % interval."""
        return self.interval(1.96)

    def interval(self, z: float) -> tuple[float, float, float]:
        """As ``advantage``, as wide as z says (Wilson's interval)."""
        blind, n = self.blind / self.tries, self.tries
        share = self.hits / n
        middle = (share + z * z / 2 / n) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / 4 / n / n)
        return share - blind, middle - half - blind, middle + half - blind

    @property
    def over_even(self) -> float:
        """Share of hits minus one over the size of the office."""
        return (self.hits - self.even) / self.tries

    @property
    def tells_nothing(self) -> bool:
        """Whether blind guessing explains the hits; at 99.9 %, so that a suite of many games is not luck."""
        _, low, high = self.interval(3.29)
        return low <= 0 <= high


def open_offices(store: Store, sizes: Sequence[int], dice: Random) -> list[Office]:
    """An agency for every size, in a real round that is open."""
    with store.writing() as shelves:
        shelves.agencies.add(
            [Agency(0, f"A{n}", f"หน่วยงาน {n}", "thesaban_tambon_m", "ธารทอง") for n in range(len(sizes))]
        )
        round_ = shelves.rounds.add(Round(0, YEAR, Stage.OPEN, LIBRARY.paper(YEAR).digest, False, None))
        shelves.rounds.add_assessments(round_.id, [(each.id, 500, 1000) for each in shelves.agencies.every()])
        found = {each.agency.code: each for each in shelves.rounds.assessments(YEAR)}
        shelves.links.add(
            (make_code(dice.randrange), found[f"A{n}"].id, Instrument.IIT, Channel.OPEN) for n in range(len(sizes))
        )
        links = {link.assessment.agency.code: link for link in shelves.links.of_year(YEAR)}
    return [_office(links[f"A{n}"], size, dice) for n, size in enumerate(sizes)]


def _office(link: Link, size: int, dice: Random) -> Office:
    subs = LIBRARY.paper(YEAR).iit.sub_questions
    answers = tuple(bytes(dice.randint(1, len(sub.choices)) for sub in subs) for _ in range(size))
    friends = frozenset(dice.sample(range(size), FRIENDS))
    days = tuple(sorted(dice.randrange(DAYS) for _ in range(size)))
    return Office(link, tuple(dice.randbytes(16) for _ in range(size)), answers, friends, days)


def arrivals(offices: Iterable[Office], dice: Random) -> Iterator[list[tuple[Office, int]]]:
    """Everybody, a day at a time; within a day the offices are mixed and each keeps its own order."""
    for day in range(DAYS):
        waiting = [[(each, place) for place in range(len(each.ids)) if each.days[place] == day] for each in offices]
        turns = [which for which, queue in enumerate(waiting) for _ in queue]
        dice.shuffle(turns)
        heads = [iter(queue) for queue in waiting]
        yield [next(heads[which]) for which in turns]


def answer(store: Store, office: Office, place: int) -> None:
    """One person hands in the answers, through the one writer, durably."""
    response = Response(office.ids[place], Instrument.IIT, 0, office.answers[place])
    store.intake.keep(Offer(office.link, response, NOW.date()))


# --- what can be read off a disk --------------------------------------------------------------------------


def clues_of_storage(
    store: Store, offices: Sequence[Office], data_directory: Path | None = None
) -> list[dict[str, Clues]]:
    """For each office, everything of the storage that may follow the order in which its responses came."""
    if store.database.file is not None:
        return _of_each(offices, _clues_of_sqlite(store.database.file, offices))
    found = _clues_of_postgresql(store)
    if data_directory is not None:
        log = b"".join(path.read_bytes() for path in sorted((data_directory / "pg_wal").glob("0*")))
        found["log of writes"] = _places(log, offices)
    return _of_each(offices, found)


def _of_each(offices: Sequence[Office], found: Mapping[str, Clues]) -> list[dict[str, Clues]]:
    return [
        {name: {key: clue[key] for key in office.ids if key in clue} for name, clue in found.items()}
        for office in offices
    ]


def _clues_of_sqlite(path: Path, offices: Sequence[Office]) -> dict[str, Clues]:
    log = path.with_name(f"{path.name}-wal")
    in_file = _places(path.read_bytes(), offices)
    return {
        "place in the file": in_file,
        "place in the page": {key: at % 4096 for key, at in in_file.items()},
        "page": {key: at // 4096 for key, at in in_file.items()},
        "log of writes": _places(log.read_bytes() if log.exists() else b"", offices),
    }


def _clues_of_postgresql(store: Store) -> dict[str, Clues]:
    with store.database.reading() as connection:
        query = "select encode(uuid_send(id), 'hex'), xmin::text::bigint, ctid::text from response"
        rows = connection.execute(text(query)).all()
        connection.rollback()
    clues: dict[str, dict[bytes, float]] = {"transaction": {}, "place in the file": {}}
    for number, transaction, place in rows:
        block, line = place.strip("()").split(",")
        clues["transaction"][bytes.fromhex(number)] = transaction
        clues["place in the file"][bytes.fromhex(number)] = int(block) * 1_000 + int(line)
    return dict(clues)


def _places(content: bytes, offices: Sequence[Office]) -> dict[bytes, float]:
    """Where the number of each response stands first."""
    numbers = [number for office in offices for number in office.ids]
    if len(numbers) > 1_000:
        return _places_of_many(content, numbers)
    found = {number: content.find(number) for number in numbers}
    return {number: at for number, at in found.items() if at >= 0}


def _places_of_many(content: bytes, numbers: Sequence[bytes]) -> dict[bytes, float]:
    """The same in one pass over the content."""
    begins, wanted, found = {number[:4] for number in numbers}, set(numbers), dict[bytes, float]()
    for at in range(len(content) - 15):
        if content[at : at + 4] in begins and (number := content[at : at + 16]) in wanted:
            found.setdefault(number, at)
    return found


# --- pointing at somebody ---------------------------------------------------------------------------------


def accuse(office: Office, clues: Mapping[str, Clues], dice: Random) -> int:
    """Who wrote the lowest answers, by the clue that fits the five friends best: a place in the order."""
    wanted = office.ids[office.target]
    usable = [clue for clue in clues.values() if wanted in clue and len(set(clue.values())) > len(office.ids) // 2]
    guesses = [rank for clue in usable for rank in _rankings(clue)]
    if not guesses:
        return dice.choice(office.strangers)
    best = min(guesses, key=lambda rank: (_misfit(office, rank), dice.random()))
    at = best[wanted] * len(office.ids) / max(len(best), 1)
    return min(office.strangers, key=lambda place: (abs(place - at), dice.random()))


def _rankings(clue: Clues) -> Iterator[dict[bytes, int]]:
    for backwards in (False, True):
        order = sorted(clue, key=lambda number: clue[number], reverse=backwards)
        yield {number: rank for rank, number in enumerate(order)}


def _misfit(office: Office, rank: Mapping[bytes, int]) -> float:
    known = [place for place in office.friends if office.ids[place] in rank]
    if not known:
        return float("inf")
    return sum(abs(rank[office.ids[place]] - place) for place in known) / len(known)


def accuse_by_days(office: Office, first_seen: Mapping[bytes, int], dice: Random) -> int:
    """With a backup of every evening: whoever answered on the day the lowest answers were first there."""
    day = first_seen.get(office.ids[office.target])
    that_day = [place for place in office.strangers if office.days[place] == day]
    return dice.choice(that_day or office.strangers)


Series: TypeAlias = Sequence[Sequence[float]]  # after each arrival, every number on the page


def accuse_by_numbers(office: Office, series: Series, dice: Random) -> int:
    """From a page that was polled after each arrival: who moved the number that the friends' answers move.

    Each number on the page is taken as a count or a mean; what an arrival added to either is compared with
    what the friends truly answered.
    """
    best: tuple[float, Callable[[int], float]] | None = None
    for slot in range(min(map(len, series), default=0)):
        values = [page[slot] for page in series]
        for said in (_mean_steps(values), _steps(values)):
            fit = _correlation(
                [said[place] for place in office.friends], [_sum(office, place) for place in office.friends]
            )
            if best is None or fit > best[0]:
                best = (fit, said.__getitem__)
    if best is None or best[0] < 0.9:
        return dice.choice(office.strangers)
    low = min(best[1](place) for place in office.strangers)
    return dice.choice([place for place in office.strangers if best[1](place) == low])


def _sum(office: Office, place: int) -> float:
    return float(sum(office.answers[place]))


def _mean_steps(values: Sequence[float]) -> list[float]:
    return [values[n] * (n + 1) - (values[n - 1] * n if n else 0) for n in range(len(values))]


def _steps(values: Sequence[float]) -> list[float]:
    return [values[n] - (values[n - 1] if n else 0) for n in range(len(values))]


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    sx, sy = sum((x - mx) ** 2 for x in xs), sum((y - my) ** 2 for y in ys)
    if not sx or not sy:
        return -1.0
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sqrt(sx * sy)
