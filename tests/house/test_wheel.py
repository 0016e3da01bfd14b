"""A wheel installed into an empty venv in an empty directory serves the same pages."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.running import Installation, install

HOME = Path(__file__).parents[2]


def test_a_wheel_serves_the_same_page_from_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # else each command compiles every module anew
    source = tmp_path / "source"
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in files.stdout.splitlines():
        if (HOME / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((HOME / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(source)]
    subprocess.run(build, check=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("surveyapp-*.whl"))
    inside = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "surveyapp/templates/answering/form.html",
        "surveyapp/translations/th/LC_MESSAGES/messages.mo",
        "surveyapp/instruments/papers/2564/iit.toml",
        "surveyapp/persistence/migrations/versions/0001_first_tables.py",
        "surveyapp/persistence/migrations/versions/0002_papers_in_use.py",
        "surveyapp/adapters/poster.typ",
        "surveyapp/adapters/slips.typ",
        "surveyapp/web/assets/desk.css",
        "surveyapp/web/openapi.json",
    ):
        assert wanted in inside
    assert not [name for name in inside if name.startswith("tests")]

    empty_venv = tmp_path / "venv"
    venv.create(empty_venv)
    into = [*pip, "--python", str(empty_venv / "bin" / "python"), "install", "--no-deps", "--no-compile"]
    subprocess.run([*into, "--require-hashes", "-r", str(HOME / "requirements/run.txt")], check=True)
    subprocess.run([*into, str(wheel)], check=True)

    own = install(tmp_path / "own")
    installed = Installation(own.folder, own.port, (str(empty_venv / "bin" / "surveyapp"),))
    assert installed.run("demo", "--agencies", "2", "--responses", "20").returncode == 0
    checkout = install(tmp_path / "checkout")
    assert checkout.run("demo", "--agencies", "2", "--responses", "20").returncode == 0
    with installed.serving(), checkout.serving():
        pages = [_page(each) for each in (installed, checkout)]
    assert pages[0] == pages[1]
    assert "สิ่งที่เราไม่เก็บ" in pages[0]


def _page(where: Installation) -> str:
    """The form of a link without what differs each time."""
    url = next(each["url"] for each in where.ask("links", "--agency", "TT001", "--json") if each["instrument"] == "eit")
    with urllib.request.urlopen(url, timeout=20) as answer:
        html = answer.read().decode()
    return re.sub(r'name="(response_id|serial)" value="[0-9a-f]{32}"', "", html).replace(where.base, "")
