"""The open bundle: the same bytes for the same round, everything checkable, no byte changed unnoticed."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from surveyapp.adapters.passwords import Passwords
from surveyapp.adapters.signing import SigningKey
from surveyapp.domain.bundle import MANIFEST, SIGNATURE, as_bytes, sha256
from surveyapp.domain.bundle_problems import (
    BundleFileChanged,
    BundleFileStrange,
    FolderTaken,
    LeavesMiscounted,
    LeavesUnsound,
    NotRecomputed,
    OtherKey,
    RoundNotFinal,
    SerialUnreadable,
    SignatureWrong,
)
from surveyapp.domain.merkle import proven
from surveyapp.domain.paper import Instrument
from surveyapp.domain.problems import Problem, Problems
from surveyapp.persistence.store import Store
from surveyapp.services.demo import Demo, Wanted
from surveyapp.services.publishing import Publishing
from tests.conftest import LIBRARY, NOW, SEAL
from tests.places import open_small_round
from tests.services.test_receipts import close, hand_in

HOME = Path(__file__).parents[2]


def publishing(store: Store, folder: Path) -> Publishing:
    return Publishing(store, LIBRARY, SigningKey(folder), lambda: NOW)


@pytest.fixture
def made(sqlite_store: Store, tmp_path: Path) -> tuple[Publishing, Path, str]:
    """A closed made-up round of FY2564 as a bundle, and one receipt in it."""
    Demo(sqlite_store, LIBRARY, Passwords(), SEAL, lambda: NOW).fill(Wanted(2564, 3, 150, 5), lambda done, of: None)
    with sqlite_store.reading() as shelves:
        code = next(each.code for each in shelves.links.of_year(2564, "TT001") if each.instrument is Instrument.EIT)
    serial = secrets.token_hex(16)
    hand_in(sqlite_store, code, serial=serial)
    close(sqlite_store)
    errand = publishing(sqlite_store, tmp_path / "data")
    errand.publish(2564, tmp_path / "out")
    return errand, tmp_path / "out", serial


def found_in(errand: Publishing, folder: Path, key: str | None = None) -> list[type[Exception]]:
    with pytest.raises(Problems) as refused:
        errand.verify(folder, key)
    return [type(each) for each in refused.value.problems]


def changed(folder: Path, name: str, change: Callable[[Any], object], key: SigningKey | None = None) -> None:
    """A file changed; with the key, by whoever may sign, so that only the content can give it away."""
    document = json.loads((folder / name).read_bytes())
    change(document)
    (folder / name).write_bytes(as_bytes(document))
    if key is not None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if name != MANIFEST:
            manifest["files"][name] = sha256((folder / name).read_bytes())
        (folder / MANIFEST).write_bytes(as_bytes(manifest))
        (folder / SIGNATURE).write_bytes(key.sign(as_bytes(manifest)))


def test_a_round_is_published_and_verified_on_both_databases(store: Store, tmp_path: Path) -> None:
    place = open_small_round(store)
    serials = [secrets.token_hex(16) for _ in range(12)]
    for serial in serials:
        hand_in(store, place.codes["A1", Instrument.EIT], serial=serial)
    for _ in range(4):
        hand_in(store, place.codes["A2", Instrument.EIT])
    errand = publishing(store, tmp_path / "data")
    with pytest.raises(RoundNotFinal):
        errand.publish(2564, tmp_path / "early")
    assert not list(tmp_path.glob("early*")), "nothing half-written"
    close(store)
    done = errand.publish(2564, tmp_path / "out")
    assert errand.verify(tmp_path / "out", done.fingerprint) == done
    found = [errand.find(tmp_path / "out", serial) for serial in serials]
    assert all(each and proven(each.root, 12, each.leaf, [each.proof]) for each in found)
    few = json.loads((tmp_path / "out/agencies/A2.json").read_bytes())
    assert few["receipts"] == {}, "too few answered for their leaves to be published"
    with store.reading() as shelves:
        acts = shelves._connection.exec_driver_sql("select act from journal order by seq").scalars().all()
    assert acts[-1] == "publish_results"


def test_the_same_round_gives_the_same_bytes_and_a_folder_is_never_written_over(
    made: tuple[Publishing, Path, str], tmp_path: Path
) -> None:
    errand, folder, _ = made
    errand.publish(2564, tmp_path / "again")
    names = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert len(names) == 3 + 4
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    with pytest.raises(FolderTaken):
        errand.publish(2564, folder)


def test_no_byte_can_be_changed_unnoticed(made: tuple[Publishing, Path, str], tmp_path: Path) -> None:
    errand, folder, _ = made
    dice = Random(20261122)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for turn in range(60):
        path = paths[turn % len(paths)]
        content = bytearray(path.read_bytes())
        at, bit = dice.randrange(len(content)), 1 << dice.randrange(8)
        kept = bytes(content)
        content[at] ^= bit
        path.write_bytes(content)
        with pytest.raises((Problems, Problem)):
            errand.verify(folder)
        path.write_bytes(kept)
    errand.verify(folder)


def test_files_taken_out_put_in_or_cut_off_are_all_told_at_once(made: tuple[Publishing, Path, str]) -> None:
    errand, folder, _ = made
    (folder / "agencies/TT002.json").unlink()
    (folder / "agencies/extra.json").write_text("{}")
    (folder / "agencies/TT001.json").write_bytes((folder / "agencies/TT001.json").read_bytes()[:-200])
    assert {BundleFileChanged, BundleFileStrange} <= set(found_in(errand, folder))
    told = found_in(errand, folder)
    assert told.count(BundleFileChanged) == 2


def test_whoever_signs_anew_with_another_key_is_known_by_the_fingerprint(
    made: tuple[Publishing, Path, str], tmp_path: Path
) -> None:
    errand, folder, _ = made
    honest = errand.verify(folder).fingerprint
    forger = SigningKey(tmp_path / "forger")
    (folder / "public_key.pem").write_bytes(forger.public())
    assert found_in(errand, folder) == [SignatureWrong]
    changed(folder, MANIFEST, lambda document: None, forger)
    assert errand.verify(folder).fingerprint != honest
    assert found_in(errand, folder, honest) == [OtherKey]


def _steps(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def walk(step: dict[str, Any]) -> None:
        found.setdefault(step["code"], step)
        for part in step.get("parts", []):
            walk(part)

    walk(document["result"]["steps"][0])
    return found


def _counted(document: dict[str, Any]) -> dict[str, Any]:
    return next(step for step in _steps(document).values() if "counts" in step)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda document: document["result"].update(total="99.99"), NotRecomputed),
        (lambda document: document["result"].update(level="AA"), NotRecomputed),
        (lambda document: document["result"]["gates"].pop(), NotRecomputed),
        (lambda document: _steps(document)["iit"].update(score="99.00", exact="99"), NotRecomputed),
        (lambda document: _steps(document)["1"].update(exact="99.001"), NotRecomputed),
        (lambda document: _steps(document)["1"]["parts"].pop(), NotRecomputed),
        (lambda document: _counted(document)["counts"][0].update(n=900), NotRecomputed),
        (lambda document: _steps(document)["O1"].update(score="50.00", exact="50"), NotRecomputed),
        (lambda document: _steps(document)["iit"].update(weight="0.9"), NotRecomputed),
        (lambda document: document["receipts"]["eit"]["leaves"].pop(), LeavesMiscounted),
        (lambda document: document["receipts"].clear(), LeavesMiscounted),
        (lambda document: document["receipts"]["eit"]["leaves"].reverse(), LeavesUnsound),
        (lambda document: document["receipts"]["eit"].update(root="0" * 64), LeavesUnsound),
    ],
)
def test_what_does_not_come_out_is_found_even_when_it_is_signed(
    made: tuple[Publishing, Path, str], change: Callable[[Any], object], kind: type[Exception]
) -> None:
    errand, folder, _ = made
    changed(folder, "agencies/TT001.json", change, errand.key)
    assert kind in found_in(errand, folder)


@pytest.mark.parametrize("poison", [None, [], "x", {"steps": []}, {"steps": [{"code": "total"}]}, {"steps": [[]]}])
def test_a_result_that_is_none_is_told_not_stumbled_over(made: tuple[Publishing, Path, str], poison: object) -> None:
    errand, folder, _ = made
    changed(folder, "agencies/TT001.json", lambda document: document.update(result=poison), errand.key)
    assert found_in(errand, folder)


def test_a_receipt_is_found_offline_and_another_is_not(made: tuple[Publishing, Path, str]) -> None:
    errand, folder, serial = made
    found = errand.find(folder, serial.upper())
    assert found is not None
    assert (found.agency, found.instrument) == ("TT001", "eit")
    assert errand.find(folder, secrets.token_hex(16)) is None
    with pytest.raises(SerialUnreadable):
        errand.find(folder, "abc")


def test_the_program_in_the_document_finds_a_receipt_without_any_of_ours(
    made: tuple[Publishing, Path, str], tmp_path: Path
) -> None:
    _, folder, serial = made
    program = re.findall(r"```python\n(.*?)```", (HOME / "docs/receipts.md").read_text(), re.S)[0]
    assert len(program.strip().splitlines()) <= 20
    script = tmp_path / "check.py"
    script.write_text(program)

    def run(typed: str) -> tuple[int, str]:
        command = [sys.executable, "-I", str(script), str(folder), typed]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return done.returncode, done.stdout

    assert run(serial) == (0, "counted: TT001 eit\n")
    assert run(secrets.token_hex(16)) == (1, "not counted\n")
    path = folder / "agencies/TT002.json"
    path.write_bytes(path.read_bytes().replace(b'"n": ', b'"n":  ', 1))
    assert run(serial)[1] == "", "changed: said on the error line"


def test_the_key_is_made_once_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    key = SigningKey(tmp_path / "data")
    assert key.fingerprint() is None
    first = key.public()
    assert SigningKey(tmp_path / "data").public() == first
    assert key.fingerprint() == SigningKey(tmp_path / "data").fingerprint()
    mode = stat.S_IMODE((tmp_path / "data/signing_key").stat().st_mode)
    assert mode == 0o600
    (tmp_path / "data/signing_key").write_text("half")
    with pytest.raises(Exception, match="whole key"):
        key.sign(b"x")


def test_openssl_accepts_the_signature(made: tuple[Publishing, Path, str]) -> None:
    _, folder, _ = made
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    words = "pkeyutl -verify -pubin -inkey public_key.pem -rawin -in manifest.json -sigfile manifest.sig"
    done = subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
