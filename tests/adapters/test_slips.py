"""Slips of access codes: cut and folded where the lines are, each code its own, nothing but a name outside."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy
import pypdfium2
import pytest

from surveyapp.adapters import slips as grid
from surveyapp.adapters.qr import qr_svg
from surveyapp.adapters.slips import A_SHEET, Slip, Slips, render_slips
from surveyapp.domain.link_code import ALPHABET
from tests.adapters.printed import (
    MM,
    Box,
    Page,
    Pixels,
    codes_in,
    is_quiet_around,
    on_top_of_each_other,
    pages_of,
)

CUTS_ACROSS = [grid.LEFT + grid.WIDE * column for column in range(grid.COLUMNS + 1)]
CUTS_DOWN = [grid.TOP + grid.HIGH * row for row in range(grid.ROWS + 1)]
FOLDS = [left + inside for left in CUTS_ACROSS[:-1] for inside in (grid.COVER, grid.COVER + grid.CODE)]
LONG = "องค์การบริหารส่วนตำบลบ้านใหม่สามัคคีธรรมนุสรณ์เฉลิมพระเกียรติอำเภอเฉลิมพระเกียรติ จังหวัดบุรีรัมย์"


def a_batch(n: int, agency: str = "เทศบาลเมืองธารทอง", host: str = "ita.example.go.th") -> Slips:
    dice = Random(n)
    codes = ["".join(dice.choices(ALPHABET, k=12)) for _ in range(n)]
    made = (Slip(f"{code[:4]} {code[4:8]} {code[8:]}", f"https://{host}/S/AB12CD34#{code}") for code in codes)
    return Slips(agency, 2569, f"https://{host}/s/AB12CD34", tuple(made), "1 มกราคม 2570", "21 มกราคม 2570")


SIXTY = a_batch(60)


@pytest.fixture(scope="module")
def printed() -> list[Page]:
    return pages_of(render_slips(SIXTY))


def cell(place: int) -> Box:
    row, column = divmod(place, grid.COLUMNS)
    left, top = grid.LEFT + column * grid.WIDE, grid.TOP + row * grid.HIGH
    return Box(left, top, left + grid.WIDE, top + grid.HIGH)


def centres(dark: numpy.ndarray[tuple[int], numpy.dtype[numpy.bool_]], dpi: int) -> list[float]:
    """The middles, in mm, of runs of true."""
    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], dark.astype(int), [0]))))
    return [float((begin + end) / 2 / dpi * MM) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def near(found: list[float], meant: list[int]) -> bool:
    return len(found) == len(meant) and all(abs(a - b) <= 0.5 for a, b in zip(found, meant, strict=True))


def ink(pixels: Pixels, dpi: int, area: Box, axis: int) -> numpy.ndarray[tuple[int], numpy.dtype[numpy.float64]]:
    """The share of dark pixels of an area, along an axis, for the whole width or height of the page."""
    x0, x1, y0, y1 = (round(mm / MM * dpi) for mm in (area.left, area.right, area.top, area.bottom))
    cut = pixels[y0:y1, :] if axis == 0 else pixels[:, x0:x1]
    share: numpy.ndarray[tuple[int], numpy.dtype[numpy.float64]] = (cut < 215).mean(axis=axis)
    return share


def dashes(pixels: Pixels, dpi: int) -> numpy.ndarray[tuple[int], numpy.dtype[numpy.bool_]]:
    """Where lines are dashed: near the heads of the slips, where no word and no code is, half of them is ink."""
    heads = [ink(pixels, dpi, Box(0, top + 0.5, 210, top + 2.5), 0) for top in CUTS_DOWN[:-1]]
    share = numpy.mean(heads, axis=0)
    return numpy.asarray((share > 0.2) & (share < 0.8))


@pytest.mark.parametrize("dpi", [150, 300])
def test_cut_and_fold_lines_are_where_the_grid_says_to_half_a_millimetre(printed: list[Page], dpi: int) -> None:
    sheet = Box(CUTS_ACROSS[0] + 1, CUTS_DOWN[0] + 1, CUTS_ACROSS[-1] - 1, CUTS_DOWN[-1] - 1)
    above = Box(0, grid.TOP - 5, 210, grid.TOP - 2)
    beside = Box(grid.LEFT - 5, 0, grid.LEFT - 2, 297)
    for page in (printed[1], printed[6]):
        pixels = page.pixels(dpi)
        down, across = ink(pixels, dpi, sheet, 0), ink(pixels, dpi, sheet, 1)
        assert near(centres(down > 0.95, dpi), CUTS_ACROSS)
        assert near(centres(across > 0.95, dpi), CUTS_DOWN)
        assert near(centres(dashes(pixels, dpi), dpi), FOLDS)
        assert near(centres(ink(pixels, dpi, above, 0) > 0.95, dpi), CUTS_ACROSS)
        assert near(centres(ink(pixels, dpi, beside, 1) > 0.95, dpi), CUTS_DOWN)


def test_the_grid_is_on_whole_millimetres_and_leaves_a_margin_every_printer_can_print() -> None:
    assert all(isinstance(mm, int) for mm in [*CUTS_ACROSS, *CUTS_DOWN, *FOLDS])
    assert CUTS_ACROSS[0] >= 8
    assert CUTS_ACROSS[-1] <= 202
    assert CUTS_DOWN[0] >= 10
    assert CUTS_DOWN[-1] <= 287
    assert grid.WIDE - grid.COVER - grid.CODE >= grid.CODE - 0.001, "the flap must cover the code"


@pytest.mark.parametrize("host", ["ita.example.go.th", "khwamprongsai-ita.long-province-name.go.th"])
def test_every_code_of_sixty_slips_opens_its_own_address_and_stands_beside_its_own_letters(host: str) -> None:
    batch = a_batch(60, host=host)
    pages = pages_of(render_slips(batch))
    assert len(pages) == 1 + 6
    seen = []
    for number, page in enumerate(pages[1:]):
        pixels = page.pixels(150)
        codes = codes_in(pixels, 150)
        assert len(codes) == A_SHEET
        for place, code in enumerate(codes):
            slip, box = batch.slips[number * A_SHEET + place], cell(place)
            assert code.text == slip.url
            assert min(code.place.right - code.place.left, code.place.bottom - code.place.top) >= 28 - 0.2
            assert Box(box.left + grid.COVER, box.top, box.left + grid.COVER + grid.CODE, box.bottom).holds(code.place)
            inside = Box(box.left + grid.COVER, box.top, box.left + grid.COVER + grid.CODE, box.bottom)
            assert page.words(inside).startswith(slip.code.replace(" ", ""))
            assert is_quiet_around(code, without_lines(pixels, 150), 150)
            seen.append(code.text)
    assert seen == [slip.url for slip in batch.slips]


def without_lines(pixels: Pixels, dpi: int) -> Pixels:
    """The picture with the fold lines taken out: they run where the quiet zone ends."""
    clean = pixels.copy()
    for mm in FOLDS:
        middle = round(mm / MM * dpi)
        clean[:, middle - 1 : middle + 2] = 255
    for mm in CUTS_DOWN:
        middle = round(mm / MM * dpi)
        clean[middle - 1 : middle + 2, :] = 255
    return clean


@pytest.mark.parametrize("agency", ["เทศบาลเมืองธารทอง", LONG, "ปู่ น้ำ ผู้ กำ้ ญิ่ ฎุ๋ " * 4, "W" * 60])
def test_outside_stands_the_agency_and_what_the_slip_is_and_nothing_else(agency: str) -> None:
    batch = replace(a_batch(12, agency, "khwamprongsai-ita.long-province-name.go.th"), rehearsal=True)
    for page in pages_of(render_slips(batch))[1:]:
        box = cell(0)
        outside = page.words(Box(box.left, box.top, box.left + grid.COVER, box.bottom))
        meant = "".join(f"{agency}บัตรสิทธิ์ตอบ IIT".split())
        assert set(outside) == set(meant)
        # Clusters that typst writes twice are written apart where the text is turned, so they are counted off.
        assert len(outside) <= len(meant) + 3 * sum(meant.count(sign) for sign in "ัิึ")
        assert_words_stay_in_their_panels(page)


def assert_words_stay_in_their_panels(page: Page) -> None:
    edges = sorted({*CUTS_ACROSS, *FOLDS})
    panels = [
        Box(left + 0.3, top + 0.5, right - 0.3, bottom - 0.5)
        for left, right in pairwise(edges)
        for top, bottom in pairwise(CUTS_DOWN)
    ]
    foot = Box(20, CUTS_DOWN[-1] + 4, 190, 296)
    lines = page.lines()
    assert [line for line in lines if not any(area.holds(line) for area in [*panels, foot])] == []
    upright = [line for line in lines if all(line.right < fold - 13 or line.left >= fold for fold in FOLDS[::2])]
    assert [pair for pair in on_top_of_each_other(upright, upright, deeper_than=0.45) if pair[0] < pair[1]] == []


def test_the_flap_says_how_how_often_and_until_when(printed: list[Page]) -> None:
    box = cell(0)
    flap = printed[1].words(Box(box.left + grid.COVER + grid.CODE, box.top, box.right, box.bottom))
    for meant in ("สแกนคิวอาร์", "ita.example.go.th/s/AB12CD34", "ใช้ได้หนเดียว", "ไม่มีใครรู้", "ฉีกทำลาย", "21มกราคม2570"):
        assert meant in flap
    endless = pages_of(render_slips(replace(a_batch(1), closes_on=None)))
    assert "ใช้ได้ถึง" not in endless[1].words()
    assert "ใช้ตอบได้ถึง" not in endless[0].words()


@pytest.mark.parametrize("n", [1, 9, 10, 11, 30])
def test_the_minute_counts_what_is_printed_and_every_slip_is_printed_once(n: int) -> None:
    pages = pages_of(render_slips(a_batch(n)))
    assert f"นับให้ครบ{n}ใบ" in pages[0].words()
    assert [len(codes_in(page.pixels(150), 150)) for page in pages[1:]] == [
        min(10, n - start) for start in range(0, n, 10)
    ]


def test_the_minute_asks_for_what_a_drawing_must_record_and_holds_no_code(printed: list[Page]) -> None:
    minute = printed[0].words()
    for meant in ("เทศบาลเมืองธารทอง", "2569", "แจกไป", "เหลือ", "ฉีกทำลาย", "พิมพ์มา", "สถานที่", "พยานคนที่1", "พยานคนที่2"):
        assert meant in minute
    assert [slip.code for slip in SIXTY.slips if slip.code.replace(" ", "") in minute] == []
    area = Box(15, 8, 195, 290)
    assert [line for line in printed[0].lines() if not area.holds(line)] == []


def test_nothing_of_a_code_is_in_the_title_or_kept_after_printing() -> None:
    before = qr_svg.cache_info().currsize
    pdf = render_slips(SIXTY)
    assert qr_svg.cache_info().currsize == before
    told = pypdfium2.PdfDocument(pdf).get_metadata_dict()
    assert [slip for slip in SIXTY.slips if any(slip.code[:4] in value for value in told.values())] == []


def test_the_same_slips_give_the_same_bytes_and_another_order_gives_others() -> None:
    batch = a_batch(12)
    assert render_slips(batch) == render_slips(replace(batch))
    assert render_slips(batch) != render_slips(replace(batch, slips=batch.slips[::-1]))


def test_the_slips_are_tagged_with_title_and_language() -> None:
    pdf = render_slips(a_batch(2))
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid", b"/Alt"):
        assert mark in pdf
