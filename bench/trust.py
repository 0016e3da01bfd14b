"""The attacker's game of docs/privacy.md at full size, and the race for codes: figures, not verdicts."""

from __future__ import annotations

import http.client
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from tests.running import install
from tests.trust.code_races import race
from tests.trust.game import Table, play
from tests.trust.pages import boss, poll
from tests.trust.timing import Arm, Office, accuse, accuse_by_numbers, open_offices

SIZES = tuple(map(int, os.environ.get("BENCH_SIZES", "8,15,50,200").split(",")))
SEEDS = (1, 2, 3)


def play_on(name: str, create: Callable[[str], str], offices: int, folder: Path) -> None:
    """Three games, each with so many offices of each size and a database of its own: what each evidence adds."""
    table = Table()
    for seed in SEEDS:
        database = Database(create(f"game{seed}"))
        database.upgrade()
        logs = None if database.file else next(folder.rglob("pg_wal"), folder).parent
        for key, arm in play(Store(database), _sizes(offices), seed, logs).items():
            table[key] = table.get(key, Arm()) + arm
        database.close()
    say(f"{name}: {offices} offices of each size in each of {len(SEEDS)} games", table)


def poll_on(name: str, url: str, offices: int, folder: Path) -> None:
    """The pages of somebody with the agency's account, read after every arrival."""
    store, table, dice = _store(url), Table(), Random(int(os.environ.get("BENCH_SEED", "2569")))
    everybody = open_offices(store, _sizes(offices), dice)
    client = boss(store, folder)
    for office in everybody:
        series = list(poll(store, client, office))
        _note(table, "pages after every arrival", office, accuse_by_numbers(office, series, dice))
    store.database.close()
    say(f"{name}: {offices} offices of each size; desk, checklist, slips, result, list", table)


def log_on(name: str, url: str, offices: int, folder: Path) -> None:
    """What a real server and its database wrote into logs while everybody answered through the form."""
    store, table, dice = _store(url), Table(), Random(2570)
    everybody = open_offices(store, _sizes(offices), dice)
    store.database.close()
    place = replace(install(folder / f"served {name}"), database=url)
    with place.serving():
        fields = _fields(place.port, everybody[0])
        for office in everybody:
            for which in range(len(office.ids)):
                _send(place.port, office, which, fields)
    logs = [path for path in folder.rglob("*log*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in logs if path.suffix not in {".db", ".db-wal"})
    for office in everybody:
        found = {number: written.find(number.hex().encode()) for number in office.ids}
        clue = {number: float(at) for number, at in found.items() if at >= 0}
        _note(table, "logs of the application and servers", office, accuse(office, {"place": clue}, dice))
    say(f"{name}: {offices} offices of each size; {len(logs)} logs, {len(written):,} bytes", table)


def race_on(name: str, url: str, folder: Path) -> None:
    """One race: double spends, and spends without a response."""
    store = _store(url)
    ended = race(store, folder, 200, 50)
    print(
        f"{name}: {ended.codes} codes, {ended.tried:,} tries in three processes, one killed: {ended.killed}; "
        f"acknowledged twice {ended.spent_twice}, spent {ended.spent}, responses {ended.responses}"
    )
    store.database.close()


def say(what: str, table: Table) -> None:
    """A line for every arm and size."""
    print(f"\n{what}: share of hits minus blind guessing [95 %], and minus 1/N")
    for (arm, size), found in table.items():
        gain, low, high = found.advantage
        shares = f"{gain:+8.3f} [{low:+.3f}, {high:+.3f}]{found.over_even:+8.3f}"
        print(f"  {arm:36}{size:5}{found.hits:5}/{found.tries}{shares}", flush=True)


def _store(url: str) -> Store:
    database = Database(url)
    database.upgrade()
    return Store(database)


def _sizes(offices: int) -> list[int]:
    return [size for size in SIZES for _ in range(offices)]


def _note(table: Table, arm: str, office: Office, guess: int) -> None:
    table.setdefault((arm, len(office.ids)), Arm()).note(office, guess)


def _fields(port: int, office: Office) -> dict[str, list[str]]:
    """The names of the form's fields with their values, in the order of the questions."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", f"/s/{office.link.code}")
    html = line.getresponse().read().decode()
    line.close()
    fields = {"paper": re.findall(r'name="paper" value="([^"]+)"', html)[:1]}
    for name, value in re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', html):
        fields.setdefault(name, []).append(value)
    return fields


def _send(port: int, office: Office, which: int, fields: dict[str, list[str]]) -> None:
    paper, *questions = fields.items()
    chosen = {name: values[choice - 1] for (name, values), choice in zip(questions, office.answers[which], strict=True)}
    body = urlencode({paper[0]: paper[1][0], "response_id": office.ids[which].hex(), **chosen})
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", f"/s/{office.link.code}", body, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = line.getresponse()
    answer.read()
    line.close()
    if answer.status != 303:
        raise RuntimeError(f"an answer came back with {answer.status}")
