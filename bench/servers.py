"""The two servers that are compared: surveyapp, and a bare Flask app with the same gunicorn settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.running import _free_port, _wait_for, install

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server: where its form is, what a whole answer looks like, and its processes."""

    port: int
    path: str
    fields: dict[str, str]
    main_process: int

    def body(self, number: str) -> bytes:
        """The form body of a new response."""
        return urlencode({**self.fields, "response_id": number}).encode()

    def cpu_seconds(self) -> float:
        """User and system seconds of all its processes so far."""
        children = subprocess.run(["pgrep", "-P", str(self.main_process)], capture_output=True, text=True, check=False)
        return sum(_cpu(int(pid)) for pid in [str(self.main_process), *children.stdout.split()])


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """surveyapp on SQLite with a small made-up province of FY2569."""
    place = install(folder)
    place.run("demo", "--agencies", "3", "--responses", "100")
    url = next(each["url"] for each in place.ask("links", "--agency", "TT001", "--json") if each["instrument"] == "eit")
    with _served([*place.command, "serve", "--port", str(place.port)], place.environment, place.port) as process:
        with urllib.request.urlopen(url) as answer:
            html = answer.read().decode()
        fields = {"paper": re.findall(r'name="paper" value="([^"]+)"', html)[0]}
        fields |= dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', html))
        yield Server(place.port, "/s/" + url.rsplit("/", 1)[1], fields, process)


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """Flask doing one static 12 KB answer, and one parse of 20 fields with one durable insert."""
    folder.mkdir()
    port = _free_port()
    options = ["--worker-class=gthread", "--threads=8", "--workers=2", f"--bind=127.0.0.1:{port}", "--log-level=error"]
    environment = {**os.environ, "BARE_DATABASE": str(folder / "bare.db")}
    command = [sys.executable, "-m", "gunicorn", *options, "bench.bare:app"]
    with _served(command, environment, port) as process:
        yield Server(port, "/form", {f"f{n}": "1" for n in range(20)}, process)


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
