"""``surveyapp certificates``: the results of a round on paper, in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.printed import codes_in, pages_of
from tests.running import Installation, install


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    found = install(tmp_path_factory.mktemp("certificates"))
    assert found.run("demo", "--agencies", "3", "--responses", "300", "--year", "2564", "--closed").returncode == 0
    return found


def test_a_province_comes_in_one_file_signed_by_two(here: Installation) -> None:
    levels = [word for code in ("AA", "A", "B", "C", "D", "E", "F") for word in ("--level", code)]
    names = ("--signed", "นายสมชาย ใจดี", "ผู้ว่าราชการจังหวัด", "--signed", "นางสาวกานดา", "", "--day", "1/6/2569")
    for out in ("one.pdf", "two.pdf"):
        words = ("--province", "ธารทอง", *levels, *names, "--thai-digits", "--out", out)
        done = here.run("certificates", "2564", *words)
        assert done.returncode == 0, done.stderr
    pdf = (here.folder / "one.pdf").read_bytes()
    assert pdf == (here.folder / "two.pdf").read_bytes()
    pages = pages_of(pdf)
    assert pages
    for page in pages:
        (code,) = codes_in(page.pixels(150), 150)
        assert code.text.startswith(f"{here.base}/results/2564/TT00")
        for said in ("(นายสมชายใจดี)", "(นางสาวกานดา)", "๑มิถุนายนพ.ศ.๒๕๖๙", "๒๕๖๔"):
            assert said in page.words()


@pytest.mark.parametrize(
    "words",
    [
        ("2565",),
        ("2564", "--province", "ไม่มี"),
        ("2564", "--level", "ZZ"),
        ("2564", "--agency", "ZZ9"),
        ("2564", "--day", "1/1/2399"),
        ("2564", "--day", "พรุ่งนี้"),
        ("2564", "--signed", "", "ผู้ว่าราชการจังหวัด"),
        ("2564", "--signed", "ก", "", "--signed", "ข", "", "--signed", "ค", ""),
    ],
)
def test_what_cannot_be_printed_is_said_and_nothing_is_written(here: Installation, words: tuple[str, ...]) -> None:
    done = here.run("certificates", *words, "--out", "x.pdf")
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not Path(here.folder / "x.pdf").exists()
