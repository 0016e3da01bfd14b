"""Many at once spend the same codes, in several processes, one of which is killed in the middle.

Run as a program it is one of the spenders: ``python -m tests.trust.code_races URL LINK CODES SPENDS SEED``
tries every code so often, each time with a response of its own, and prints what was acknowledged.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from surveyapp.domain.access_code import make_access_code
from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import NotKnown, NotNow, Problems
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from surveyapp.services.answering import Answering
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import open_small_round

THREADS = 8
_BEFORE_THE_KILL = 6  # codes that were thanked for, by whomever
PROCESSES = 3


@dataclass(frozen=True)
class Race:
    """How a race ended. acknowledged: by how many thanks each code was answered."""

    codes: int
    tried: int
    acknowledged: Counter[str]
    spent: int
    responses: int
    killed: bool

    @property
    def spent_twice(self) -> int:
        """Codes that two people were thanked for."""
        return sum(1 for times in self.acknowledged.values() if times > 1)


def race(store: Store, folder: Path, codes: int, spends: int) -> Race:
    """Let ``spends`` people try each of so many codes, in three processes; the first is killed half-way."""
    place = open_small_round(store, staff=codes)
    mine = place.assessments["A1"].id
    made = [make_access_code(Random(n).randrange) for n in range(codes)]
    with store.writing() as shelves:
        shelves.access_codes.choose(mine, by_code=True)
        shelves.access_codes.add(mine, (SEAL(mine, code) for code in made))
    listed = folder / "codes.txt"
    listed.write_text("\n".join(made))
    link, each = place.codes["A1", Instrument.IIT], spends // PROCESSES + 1
    spenders = [_start(store.database.url, link, listed, each, seed) for seed in range(PROCESSES)]
    acknowledged, killed = _read(spenders)
    with store.reading() as shelves:
        spent = shelves.access_codes.counts(mine).spent
        responses = shelves.responses.received([mine]).get((mine, Instrument.IIT), 0)
    return Race(codes, codes * each * PROCESSES, acknowledged, spent, responses, killed)


def _start(url: str, link: str, listed: Path, spends: int, seed: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.trust.code_races", url, link, str(listed), str(spends), str(seed)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def _read(spenders: list[subprocess.Popen[str]]) -> tuple[Counter[str], bool]:
    """What they acknowledged; the first is killed when it has been thanked some times."""
    found: Counter[str] = Counter()
    lock = threading.Lock()

    def listen(spender: subprocess.Popen[str], *, doomed: bool) -> None:
        assert spender.stdout is not None
        for line in spender.stdout:
            with lock:
                found[line.strip()] += 1
            if doomed or len(found) > _BEFORE_THE_KILL:
                spenders[0].send_signal(signal.SIGKILL)
        spender.wait()

    threads = [
        threading.Thread(target=listen, args=(each,), kwargs={"doomed": n == 0}) for n, each in enumerate(spenders)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, spenders[0].returncode == -signal.SIGKILL


def _spend(url: str, link: str, listed: str, spends: str, seed: str) -> None:
    store = Store(Database(url))
    answering = Answering(store, LIBRARY, lambda: NOW, SEAL)
    dice = Random(seed)
    tries = Path(listed).read_text().split() * int(spends)
    dice.shuffle(tries)
    lock = threading.Lock()
    subs = LIBRARY.paper(2564).iit.sub_questions

    def go() -> None:
        while True:
            with lock:
                if not tries:
                    return
                code, number = tries.pop(), f"{dice.getrandbits(128):032x}"
            raw = {sub.code: [sub.choices[0].code] for sub in subs}
            try:
                answering.submit(link, {**raw, "response_id": [number], "access_code": [code]})
            except (Problems, NotNow, NotKnown):
                continue
            with lock:
                sys.stdout.write(f"{code}\n")
                sys.stdout.flush()

    threads = [threading.Thread(target=go) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.database.close()


if __name__ == "__main__":
    _spend(*sys.argv[1:])
