"""``surveyapp posters``: a province's posters in one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.adapters.printed import codes_in, pages_of
from tests.running import Installation, install


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    found = install(tmp_path_factory.mktemp("posters"))
    assert found.run("demo", "--agencies", "3", "--responses", "0").returncode == 0
    return found


def test_a_province_comes_in_one_file_whose_codes_are_the_links(here: Installation) -> None:
    for out in ("one.pdf", "two.pdf"):
        done = here.run("posters", "2569", "--province", "ธารทอง", "--size", "tent", "--out", out)
        assert done.returncode == 0, done.stderr
    pdf = (here.folder / "one.pdf").read_bytes()
    assert pdf == (here.folder / "two.pdf").read_bytes()
    found = {code.text for page in pages_of(pdf) for code in codes_in(page.pixels(150), 150)}
    assert found == {each["url"].upper() for each in here.ask("links", "--json")}


def test_one_agency_with_its_emblem_in_both_languages(here: Installation) -> None:
    emblem = here.folder / "emblem.png"
    Image.new("RGB", (200, 200), (200, 30, 30)).save(emblem)
    words = ("--agency", "TT001", "--instrument", "eit", "--languages", "th-en", "--emblem", str(emblem))
    done = here.run("posters", "๒๕๖๙", *words, "--out", "one.pdf")
    assert done.returncode == 0, done.stderr
    (page,) = pages_of((here.folder / "one.pdf").read_bytes())
    assert "Pleasetellus" in page.words()


@pytest.mark.parametrize(
    "words",
    [
        ("2026", "--out", "x.pdf"),
        ("2568", "--out", "x.pdf"),
        ("2569", "--province", "ไม่มี", "--out", "x.pdf"),
        ("2569", "--agency", "ZZ", "--out", "x.pdf"),
        ("2569", "--channel", "kiosk", "--out", "x.pdf"),
        ("2569", "--channel", "field", "--agency", "TT001", "--out", "x.pdf"),
        ("2569", "--emblem", "bad.png", "--out", "x.pdf"),
        ("2569", "--agency", "TT001", "--emblem", "bad.png", "--out", "x.pdf"),
        ("2569", "--agency", "TT001", "--out", "no/such/folder/x.pdf"),
    ],
)
def test_what_cannot_be_printed_is_told_and_nothing_is_written(here: Installation, words: tuple[str, ...]) -> None:
    Path(here.folder / "bad.png").write_bytes(b"GIF89a")
    done = here.run("posters", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (here.folder / "x.pdf").exists()
