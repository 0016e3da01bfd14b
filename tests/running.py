"""A real installation for tests that need one: its own folder, the real command, a real server."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import run_forked

COMMAND = (sys.executable, "-m", "surveyapp")


@dataclass(frozen=True)
class Installation:
    """A folder with a database in it, and the command that works on it."""

    folder: Path
    port: int
    command: tuple[str, ...] = COMMAND
    language: str = "th"
    database: str | None = None  # else SQLite in the folder
    more: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def base(self) -> str:
        """The home address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its commands: ours, with this installation's settings."""
        own = {k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")}
        settings = {"DATA_DIR": str(self.folder), "PUBLIC_URL": self.base, "LANG": self.language}
        if self.database is not None:
            settings["DATABASE_URL"] = self.database
        return {**own, **{f"SURVEYAPP_{name}": value for name, value in settings.items()}, **self.more}

    def run(self, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        if self.command == COMMAND:
            return run_forked(words, self.environment, self.folder, given)
        return subprocess.run(
            [*self.command, *words],
            env=self.environment,
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def ask(self, *words: str, given: str | None = None) -> Any:
        """Run a command that prints JSON, and must succeed."""
        done = self.run(*words, given=given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The pages, served by gunicorn while the block lasts. Comes with the home address."""
        with (self.folder / "server.log").open("w") as log:
            server = subprocess.Popen(
                [*self.command, "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
            try:
                _wait_for(f"{self.base}/healthz", server)
                yield self.base
            finally:
                server.terminate()
                server.wait(timeout=30)


def install(folder: Path) -> Installation:
    """A new installation in a folder, at a free port."""
    folder.mkdir(parents=True, exist_ok=True)
    return Installation(folder, free_port())


def chromium() -> str | None:
    """The browser of the machine; None to let Playwright use its own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer")
