"""Every size and language of a poster, for two hundred long names: each code opens its link, no word leaves its box."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy
import pypdfium2
import pytest
from PIL import Image

from surveyapp.adapters.poster import Poster, render_poster, render_posters
from surveyapp.adapters.qr import QUIET_ZONE, qr_modules, qr_png, qr_svg
from surveyapp.domain.link_code import ALPHABET
from surveyapp.domain.poster import Languages, Size, reading_distance_mm
from tests.adapters.printed import (
    CLUSTER_TWICE,
    Box,
    Code,
    Page,
    agency_names,
    codes_in,
    folded,
    is_quiet_around,
    on_top_of_each_other,
    pages_of,
)

DPI = 150
PLAIN = Poster(
    "เทศบาลเมืองธารทอง", "eit", 2569, "HTTPS://ITA.EXAMPLE.GO.TH/S/AB12CD34", "AB12CD34", date(2027, 1, 21), 2, False
)
FULLEST = replace(
    PLAIN,
    address="HTTPS://KHWAMPRONGSAI-ITA.LONG-PROVINCE-NAME.GO.TH/S/AB12CD34",
    opens_on=date(2026, 11, 30),
    closes_on=date(2027, 2, 28),
    minutes=12,
    rehearsal=True,
    draft=True,
    digest="0123456789ab",
)
KINDS = [(size, languages) for size in Size for languages in Languages]
COPIES = {Size.A4: 1, Size.A3: 1, Size.TENT: 2, Size.STICKERS: 21}
# How many of the 200 names each kind is tried with; together they are 200.
NAMES = {Size.A4: 70, Size.A3: 20, Size.TENT: 84, Size.STICKERS: 26}


def test_the_names_are_two_hundred_and_among_them_are_very_long_and_stacked_ones() -> None:
    names = list(agency_names(sum(NAMES.values())))
    assert len(set(names)) == 200
    assert sum(len(name) >= 90 for name in names) >= 10
    assert any("กำ้" in name and "ปู่" in name for name in names)


@pytest.mark.parametrize(("size", "languages"), KINDS)
def test_every_code_of_two_hundred_posters_opens_its_own_link(size: Size, languages: Languages) -> None:
    posters = list(posters_of(size, languages))
    pdf = render_posters(posters, size, languages)
    pages = pages_of(pdf)
    assert len(pages) == len(posters)
    for poster, page in zip(posters, pages, strict=True):
        pixels = page.pixels(DPI)
        codes = codes_in(pixels, DPI)
        assert [code.text for code in codes] == [poster.address] * COPIES[size]
        assert all(is_quiet_around(code, pixels, DPI) for code in codes)
        assert_words_stay_in_place(page, codes, size)
        assert folded(poster.agency) in folded(page.words())
        assert f"{poster.code[:4]}{poster.code[4:]}" in page.words()


def posters_of(size: Size, languages: Languages) -> Iterator[Poster]:
    """A share of the names, on the plainest and the fullest posters, each with a link of its own."""
    names = list(agency_names(200))
    begin = sum(NAMES[each] for each in list(Size)[: list(Size).index(size)])
    mine = names[begin : begin + NAMES[size]][list(Languages).index(languages) :: 2]
    for number, name in enumerate(mine):
        poster = FULLEST if number % 3 else PLAIN
        code = "".join(ALPHABET[(number * 7 + place * 5) % 31] for place in range(8))
        yield replace(
            poster,
            agency=name,
            instrument="iit" if number % 2 else "eit",
            field=number % 6 == 5,
            code=code,
            address=f"{poster.address[:-8]}{code}",
        )


def assert_words_stay_in_place(page: Page, codes: list[Code], size: Size) -> None:
    lines = page.lines()
    areas = areas_of(page, size)
    outside = [line for line in lines if not any(area.holds(line) for area in areas)]
    assert outside == []
    assert [pair for pair in on_top_of_each_other(lines, lines, deeper_than=0.45) if pair[0] < pair[1]] == []
    assert on_top_of_each_other([code.place for code in codes], lines, deeper_than=0) == []


def areas_of(page: Page, size: Size) -> list[Box]:
    """Where words may be: inside the margins, on one face of the card, on one sticker."""
    if size is Size.TENT:
        return [Box(10, 4, 200, 147.5), Box(10, 149.5, 200, 293)]
    if size is Size.STICKERS:
        cells = [(6 + 66 * column, 8.5 + 40 * row) for row in range(7) for column in range(3)]
        return [Box(left + 0.8, top + 0.5, left + 65.2, top + 39.5) for left, top in cells]
    large = page.wide_mm / 210
    return [Box(13 * large, 1 * large, 197 * large, 291 * large)]


@pytest.mark.parametrize(("size", "languages"), KINDS)
def test_the_same_request_gives_the_same_bytes(size: Size, languages: Languages) -> None:
    assert render_poster(PLAIN, size, languages) == render_poster(replace(PLAIN), size, languages)


@pytest.mark.parametrize(("size", "languages"), KINDS)
@pytest.mark.parametrize("instrument", ["iit", "eit"])
def test_every_kind_says_who_is_asked_what_is_promised_and_until_when(
    size: Size, languages: Languages, instrument: str
) -> None:
    page = pages_of(render_poster(replace(PLAIN, instrument=instrument), size, languages))[0]
    found = page.words()
    promises = {"iit": "ผู้บริหารก็ไม่เห็น", "eit": "ไม่ผูกกับตัวท่าน"}
    promise = "ไม่ผูกกับตัวท่าน" if size is Size.STICKERS else promises[instrument]
    for meant in (f"({instrument.upper()})", promise, "21มกราคม2570", "ITA.EXAMPLE.GO.TH/S/AB12CD34", "AB12CD34"):
        assert meant in found
    assert ("can" in found.lower() or "answer" in found.lower()) == (languages is Languages.TH_EN)
    twice = [each.group() for each in CLUSTER_TWICE.finditer(found) if len(each.group(1)) > 1]
    assert twice == []


@pytest.mark.parametrize("size", Size)
def test_every_size_is_tagged_with_title_and_language_and_speaks_a_repeated_face_once(size: Size) -> None:
    pdf = render_poster(PLAIN, size)
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid"):
        assert mark in pdf
    assert pdf.count(b"/Alt") == 1
    assert PLAIN.agency in pypdfium2.PdfDocument(pdf).get_metadata_value("Title")


@pytest.mark.parametrize(("size", "languages"), KINDS)
def test_a_rehearsal_and_a_draft_and_the_field_say_so_on_every_kind(size: Size, languages: Languages) -> None:
    plain = pages_of(render_poster(PLAIN, size, languages))[0].words()
    marked = {
        "รอบซ้อม": replace(PLAIN, rehearsal=True),
        "ฉบับร่าง": replace(PLAIN, draft=True),
        "ภาคสนาม": replace(PLAIN, field=True),
    }
    for said, poster in marked.items():
        found = pages_of(render_poster(poster, size, languages))[0].words()
        assert said in found
        assert said not in plain


@pytest.mark.parametrize(("size", "languages"), KINDS)
def test_the_distance_that_is_printed_is_a_tenth_rule_of_the_code_that_is_printed(
    size: Size, languages: Languages
) -> None:
    for poster in (PLAIN, FULLEST):
        page = pages_of(render_poster(poster, size, languages))[0]
        codes = codes_in(page.pixels(DPI), DPI)
        side = min(code.place.right - code.place.left for code in codes)
        modules = qr_modules(qr_svg(poster.address))
        measured = {reading_distance_mm(side + error, modules) for error in (-0.5, 0, 0.5)}
        told = {f"ไม่เกิน{mm // 10}ซม." if mm < 1000 else f"ไม่เกิน{mm / 1000:g}เมตร" for mm in measured}
        assert any(words in page.words() for words in told)


def test_a_book_has_a_bookmark_where_each_agency_begins() -> None:
    names = ["เทศบาลตำบลแขวง", "เทศบาลตำบลไทย", "องค์การบริหารส่วนตำบลปู่เจ้า"]
    book = [replace(PLAIN, agency=name, instrument=each) for name in names for each in ("iit", "eit")]
    for size in Size:
        document = pypdfium2.PdfDocument(render_posters(book, size))
        marks = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
        assert marks == [(name, 2 * place) for place, name in enumerate(names)]


def test_a_sheet_in_a_book_is_the_sheet_alone() -> None:
    other = replace(FULLEST, agency="เทศบาลตำบลอื่น")
    book = pages_of(render_posters([PLAIN, other, PLAIN], Size.TENT))
    alone = pages_of(render_poster(PLAIN, Size.TENT))[0]
    for page in (book[0], book[2]):
        assert (page.pixels(50) == alone.pixels(50)).all()


def test_a_finer_code_is_read_from_less_far() -> None:
    assert reading_distance_mm(150, 25) == 1500
    assert reading_distance_mm(85.4, 29) == 850
    assert reading_distance_mm(100, 66) == 500


def test_the_png_and_the_svg_of_a_code_are_the_same_code() -> None:
    image = Image.open(io.BytesIO(qr_png(PLAIN.address)))
    assert image.mode == "1"
    assert image.width == image.height == (29 + 2 * QUIET_ZONE) * 16
    found = codes_in(numpy.asarray(image.convert("L")), DPI)
    assert [code.text for code in found] == [PLAIN.address]
    dark = sum(int(part.split("h")[1].split("v")[0]) for part in qr_svg(PLAIN.address).decode().split("M")[2:])
    assert image.convert("L").point(lambda level: 1 - level // 255).histogram()[1] == dark * 16 * 16
