"""The command in a process of its own, forked from one that has loaded it already: a start costs no second."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_TIMEOUT = 300  # seconds
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["surveyapp.__main__"])


def run_forked(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, given: str | None
) -> subprocess.CompletedProcess[str]:
    """As ``surveyapp WORDS`` with this environment, in this folder, with this on its standard input."""
    with tempfile.TemporaryDirectory() as place:
        said = Path(place)
        (said / "in").write_text(given or "", encoding="utf-8")
        process = _LOADED.Process(target=_command, args=(list(words), dict(environment), str(folder), place))
        process.start()
        process.join(_TIMEOUT)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(["surveyapp", *words], _TIMEOUT)
        out, error = ((said / name).read_text(encoding="utf-8") for name in ("out", "error"))
        return subprocess.CompletedProcess(["surveyapp", *words], process.exitcode, out, error)


def _command(words: list[str], environment: dict[str, str], folder: str, place: str) -> None:
    from surveyapp.__main__ import main

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    flags = {"in": os.O_RDONLY, "out": os.O_WRONLY | os.O_CREAT, "error": os.O_WRONLY | os.O_CREAT}
    for number, (name, how) in enumerate(flags.items()):
        os.dup2(os.open(Path(place) / name, how), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a forked process is given none
    sys.argv = ["surveyapp", *words]
    main()
