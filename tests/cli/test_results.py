"""Publishing and checking at the command line, with the exit codes scripts rely on."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest

from tests.running import Installation, install


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A closed province of FY2564, published once."""
    found = install(tmp_path_factory.mktemp("published"))
    assert found.run("demo", "--agencies", "2", "--responses", "120", "--year", "2564", "--closed").returncode == 0
    found.ask("results", "publish", "2564", "--out", "out", "--json")
    return found


def test_a_bundle_holds_on_a_computer_without_any_database(here: Installation, tmp_path: Path) -> None:
    elsewhere = install(tmp_path / "elsewhere")
    folder = str(here.folder / "out")
    said = elsewhere.run("results", "verify", folder).stderr
    key = re.findall(r"(?:[0-9a-f]{4}-){15}[0-9a-f]{4}", said)[0]
    done = elsewhere.ask("results", "verify", folder, "--key", key, "--json")
    assert (done["year"], done["agencies"]) == (2564, 2)
    assert list(elsewhere.folder.iterdir()) == []
    other = elsewhere.run("results", "verify", folder, "--key", "0" * 64)
    assert other.returncode == 2
    assert "•" in other.stderr


def test_every_problem_of_a_bundle_is_a_line_of_its_own(here: Installation) -> None:
    here.ask("results", "publish", "2564", "--out", "bad", "--json")
    for name in ("agencies/TT001.json", "agencies/TT002.json"):
        path = here.folder / "bad" / name
        path.write_bytes(path.read_bytes() + b" ")
    done = here.run("results", "verify", "bad")
    assert done.returncode == 2
    assert done.stderr.count("•") == 2


def test_a_receipt_is_looked_up_with_its_proof_and_another_ends_with_one(here: Installation) -> None:
    done = here.run("results", "receipt", "out", secrets.token_hex(16), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"counted": False}
    assert here.run("results", "receipt", "out", "abc").returncode == 2
    assert here.run("results", "receipt", "nowhere", secrets.token_hex(16)).returncode == 2


def test_an_open_round_is_not_published(here: Installation) -> None:
    assert here.run("demo", "--agencies", "2", "--responses", "20", "--year", "2569").returncode == 0
    done = here.run("results", "publish", "2569", "--out", "early")
    assert done.returncode == 2
    assert not (here.folder / "early").exists()
