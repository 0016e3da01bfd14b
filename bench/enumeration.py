"""``python -m bench.enumeration [N]``: can the time of an answer tell whether a name exists?

Signs in with a wrong password, and asks for a recovery link, under a known and under an unknown name in random
order, N times each (2,000 by default), through the whole application without a network in between. Every known
name has a password and a salt of its own. Prints the medians and the area under the curve (0.5: nobody can
tell; the bar is 0.5 ± 0.02).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask

from surveyapp.adapters.passwords import Passwords
from surveyapp.app import create_app
from surveyapp.domain.people import Grant, Role
from surveyapp.services.accounts import Accounts
from surveyapp.services.installation import Installation
from surveyapp.settings import Settings


class NoPatience:
    """Never has anybody wait, so that every try reaches what is measured."""

    def begin(self, counted: object) -> None:
        """Nothing is counted."""

    def forgive(self, counted: object, *, wholly: bool = False) -> None:
        """Nothing was."""


def main() -> None:
    """Measure both pages."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as folder:
        app = _app(Path(folder))
        for path in ("/sign-in", "/forgot"):
            known, unknown = _measure(_asker(app, path), n)
            medians = " / ".join(f"{statistics.median(each) * 1000:.3f}" for each in (known, unknown))
            print(f"{path}: n={n} per arm, medians {medians} ms, AUC {_auc(known, unknown):.4f}")
        app.extensions["errands"](Accounts).mail.finish()
        app.extensions["errands"](Installation).store.database.close()


def _app(folder: Path) -> Flask:
    database = f"sqlite:///{folder / 'x.db'}"
    settings = Settings(database, "k" * 40, "http://127.0.0.1", folder, 0, smtp_url="smtp://127.0.0.1:9")
    app = create_app(settings)
    errands = app.extensions["errands"]
    errands(Installation).init()
    accounts, hashes = errands(Accounts), Passwords()
    with accounts.store.writing() as shelves:
        for number in range(200):
            grants = [Grant(Role.SUPERVISOR, province="ตรัง")] if number % 2 else [Grant(Role.NATIONAL)]
            shelves.people.add(f"known{number}", "ผู้ใด", hashes.hash("something else"), grants, email="a@b.example")
    errands._built[Accounts] = replace(accounts, patience=NoPatience())
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _asker(app: Flask, path: str) -> Callable[[str], float]:
    client = app.test_client()

    def ask(name: str) -> float:
        start = time.perf_counter()
        client.post(path, data={"name": name, "password": "wrong"})
        return time.perf_counter() - start

    return ask


def _measure(ask: Callable[[str], float], n: int) -> tuple[list[float], list[float]]:
    arms: dict[bool, list[float]] = {True: [], False: []}
    order = [True, False] * n
    random.Random(1).shuffle(order)
    for _ in range(20):
        ask("warm")
    for number, known in enumerate(order):
        arms[known].append(ask(f"{'known' if known else 'nobod'}{number % 200}"))
    return arms[True], arms[False]


def _auc(left: list[float], right: list[float]) -> float:
    """The chance that a time of the left is longer than one of the right (ties count half)."""
    ranked = sorted([(each, 1) for each in left] + [(each, 0) for each in right])
    ranks = sum(place for place, (_, is_left) in enumerate(ranked, start=1) if is_left)
    return (ranks - len(left) * (len(left) + 1) / 2) / (len(left) * len(right))


if __name__ == "__main__":
    main()
