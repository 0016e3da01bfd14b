"""``make bench``: the form and the submission against a bare Flask app, a nation's scores, a plan, posters, a demo."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.load import Figures, full_load, get_load, post_load
from bench.posters import posters
from bench.servers import Server, bare, ours, postgres
from surveyapp.domain.paper import Paper

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "400"))
AGENCIES = 8_317


def main() -> None:
    """Print one table per question: of the parts that are named, else of all that need no hour."""
    parts: dict[str, Callable[[Path], None]] = {
        "answers": answers,
        "databases": databases,
        "storage": storage,
        "rules": lambda _folder: rules(),
        "once": once,
        "posters": lambda _folder: posters(ROUNDS),
        "differencing": lambda _folder: attack(),
        "timing": timing,
        "pages": pages,
        "codes": codes,
        "integrity": signs,
        "desk": desks,
        "phone": phones,
    }
    named = [part for part in parts if part in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        for part in named or ("answers", "storage", "rules", "once", "posters"):
            parts[part](Path(folder))


def phones(folder: Path) -> None:
    """Bytes, requests and the first item on a slow phone."""
    from bench.phone import phone

    phone(folder, ROUNDS)


def attack() -> None:
    """The attack on what is released, over 10,000 small rounds."""
    from bench.differencing import differencing

    differencing()


def signs(_folder: Path) -> None:
    """How often the signs in the answers are wrong about honest agencies, and how often they notice the others."""
    from bench.integrity import integrity

    integrity(write="--write" in sys.argv[1:])


def desks(folder: Path) -> None:
    """The pages of a desk, a board and the lists over a nation of agencies."""
    from bench.desk import desk

    desk(folder)


def answers(folder: Path) -> None:
    """The form and the submission against the bare app, on both databases."""
    compare_on(folder / "sqlite", "SQLite", None, None)
    with postgres(folder / "postgres") as create:
        compare_on(folder / "postgresql", "PostgreSQL", create("ours"), create("bare"))


def databases(folder: Path) -> None:
    """SQLite beside PostgreSQL, 16 at a time, in turn; many requests, so that percentiles mean something."""
    with (
        postgres(folder / "both") as create,
        ours(folder / "sqlite", None) as embedded,
        ours(folder / "postgresql", create("ours")) as served,
    ):
        both = (("SQLite", embedded), ("PostgreSQL", served))
        for what, load in (("full submission", full_load), ("POST alone", post_load)):
            for _, server in both:
                load(server, REQUESTS, 16)
            rounds = [[load(server, 8 * REQUESTS, 16) for _, server in both] for _ in range(ROUNDS)]
            print(f"\n{what}, 16 at a time ({ROUNDS} rounds, medians)")
            for place, (name, _) in enumerate(both):
                found = [each[place] for each in rounds]
                rate, p50, p99 = (statistics.median(getattr(f, key) for f in found) for key in ("rate", "p50", "p99"))
                spread = statistics.median(f.p99 / f.p50 for f in found)
                print(f"  {name:10} {rate:.0f} per s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, p99 / p50 {spread:.1f}")
            ratio = statistics.median(a.rate / b.rate for a, b in rounds)
            print(f"  rate, SQLite / PostgreSQL: {ratio:.2f}", flush=True)


def storage(folder: Path) -> None:
    """Bytes on the disk of a response of 15 items, on both databases."""
    from bench.storage import bytes_each

    asked = ((30, False), (1, False), (30, True), (1, True))
    with postgres(folder / "kept") as create:
        for days, receipts in asked:
            name = f"days{days}_{receipts}".lower()
            server = create(name).replace("postgresql://", "postgresql+psycopg://", 1)
            for kind, url in (("SQLite", f"sqlite:///{folder / name}.db"), ("PostgreSQL", server)):
                came, night = bytes_each(url, receipts=receipts, days=days)
                what = f"{kind}, {days} days, {'with' if receipts else 'without'} receipts"
                print(f"{what}: {came:.1f} bytes a response of 15 items; {night:.1f} after the last night", flush=True)


def timing(folder: Path) -> None:
    """The attacker's game on both databases; BENCH_OFFICES of each size, 100 unless told, a quarter for pages."""
    from bench.trust import log_on, play_on, poll_on

    offices = int(os.environ.get("BENCH_OFFICES", "100"))
    few = max(offices // 4, 1)
    with postgres(folder / "game") as create:
        for name, make in (("SQLite", lambda which: f"sqlite:///{folder / which}.db"), ("PostgreSQL", create)):
            play_on(name, make, offices, folder)
            poll_on(name, make("pages"), few, folder)
            log_on(name, make("logged"), few, folder)


def pages(folder: Path) -> None:
    """The pages alone, on SQLite or BENCH_DATABASE=postgresql; BENCH_OFFICES of each of BENCH_SIZES, else 100."""
    from bench.trust import poll_on

    offices = int(os.environ.get("BENCH_OFFICES", "100"))
    if os.environ.get("BENCH_DATABASE") != "postgresql":
        poll_on("SQLite", f"sqlite:///{folder / 'pages.db'}", offices, folder)
        return
    with postgres(folder / "game") as create:
        poll_on("PostgreSQL", create("pages"), offices, folder)


def codes(folder: Path) -> None:
    """200 codes, 50 who try each, in three processes of which one is killed; on both databases."""
    from bench.trust import race_on

    with postgres(folder / "race") as create:
        for name, url in (("SQLite", f"sqlite:///{folder / 'race.db'}"), ("PostgreSQL", create("race"))):
            race_on(name, url, folder)


def compare_on(folder: Path, name: str, our_database: str | None, bare_database: str | None) -> None:
    """Every question, on one kind of database."""
    folder.mkdir()
    with ours(folder / "ours", our_database) as surveyapp, bare(folder / "bare", bare_database) as plain:
        one, many = max(REQUESTS // 4, 100), REQUESTS
        compare(f"{name}: GET form, one at a time", surveyapp, plain, lambda server: get_load(server, one, 1))
        compare(f"{name}: full submission, one at a time", surveyapp, plain, lambda server: full_load(server, one, 1))
        compare(f"{name}: full submission, 16 at a time", surveyapp, plain, lambda server: full_load(server, many, 16))
        compare(f"{name}: POST alone, 16 at a time", surveyapp, plain, lambda server: post_load(server, many, 16))
        print(
            f"  web tier after this load: {surveyapp.memory():.0f} MiB of surveyapp, {plain.memory():.0f} MiB of bare; "
            f"and {surveyapp.memory_of_waiting():.0f} MiB of whoever waits for the nights"
        )


def compare(what: str, surveyapp: Server, plain: Server, load: Callable[[Server], Figures]) -> None:
    """Both servers in turn, round by round, so that a busy machine is unfair to both."""
    load(surveyapp), load(plain)
    pairs = [(load(surveyapp), load(plain)) for _ in range(ROUNDS)]
    print(f"\n{what} ({ROUNDS} rounds, medians)")
    print(f"  {'':10}{'per s':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'CPU ms each':>12}")
    for name, found in (("surveyapp", [a for a, _ in pairs]), ("bare", [b for _, b in pairs])):
        row = [statistics.median(getattr(each, key) for each in found) for key in ("rate", "p50", "p95", "p99", "cpu")]
        print(f"  {name:10}{row[0]:10.0f}{row[1]:10.1f}{row[2]:10.1f}{row[3]:10.1f}{row[4]:12.2f}")
    for said, key in (("CPU", "cpu"), ("p50", "p50")):
        ratio = statistics.median(getattr(a, key) / getattr(b, key) for a, b in pairs)
        print(f"  {said}, surveyapp / bare: {ratio:.2f}", end="")
    print(flush=True)


def once(folder: Path) -> None:
    """The rules by themselves, one score with counting in the database, and one whole demo."""
    from surveyapp.instruments.library import Library
    from surveyapp.persistence.database import Database
    from surveyapp.persistence.store import Store
    from surveyapp.services.results import Results

    environment = {**os.environ, "SURVEYAPP_DATA_DIR": str(folder / "demo")}
    begun = time.perf_counter()
    command = [sys.executable, "-m", "surveyapp", "demo", "--year", "2564"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    print(f"\ndemo: 152 agencies, 25,000 responses of FY2564: {time.perf_counter() - begun:.1f} s, process and all")

    database = Database(f"sqlite:///{folder / 'demo' / 'surveyapp.db'}")
    results = Results(Store(database), Library())
    print(
        f"result of one FY2564 agency, counted in the database: {median_ms(lambda: results.of(2564, 'TT001')):.1f} ms"
    )
    database.close()


def rules() -> None:
    """A nation scored from its tallies, beside the plainest loop over the same tallies; and one plan."""
    from bench.nation import nation, plain_sums
    from surveyapp.domain.levels import level
    from surveyapp.domain.plan import next_level, plan
    from surveyapp.domain.release import standing
    from surveyapp.domain.scoring import score
    from surveyapp.instruments.library import Library

    def compute(paper: Paper) -> None:
        agencies = nation(paper, AGENCIES)
        gc.freeze()  # the made-up nation itself is not to be searched for garbage over and over
        pairs = [
            (
                cpu_seconds(lambda: [level(score(paper, each)) for each in agencies]),
                cpu_seconds(lambda: [plain_sums(each) for each in agencies]),
                cpu_seconds(lambda: [standing(score(paper, each), rehearsal=False).level for each in agencies]),
            )
            for _ in range(ROUNDS)
        ]
        took = statistics.median(ours for ours, _, _ in pairs)
        ratio = statistics.median(ours / plain for ours, plain, _ in pairs)
        gate = statistics.median(released / ours - 1 for ours, _, released in pairs)
        print(f"\n{AGENCIES:,} agencies of FY{paper.fiscal_year} scored from tallies, one process: {took:.2f} s CPU")
        print(f"  {took / AGENCIES * 1e6:.0f} µs each; {ratio:.1f}x of adding up the same counts once")
        print(f"  and the release gate, for the total and the level: {gate:+.1%}")
        targets = [(each, next_level(paper, level(score(paper, each)))) for each in agencies[:40]]
        plans = [cpu_seconds(partial(plan, paper, each, target)) * 1000 for each, target in targets if target]
        print(
            f"plan, {len(paper.oit.items)} items: median {statistics.median(plans):.1f} ms, worst {max(plans):.1f} ms"
        )

    for year in (2564, 2568):
        compute(Library().paper(year))


def cpu_seconds(act: Callable[[], object]) -> float:
    """CPU time of one call, which a busy neighbour does not lengthen much."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def median_ms(act: Callable[[], object], times: int = 30) -> float:
    """The median of several calls, in milliseconds."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
