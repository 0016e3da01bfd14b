"""The poster a coordinator prints: it scans, it fits one page, every mark is in place."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from surveyapp.adapters.poster import Poster, render_poster
from surveyapp.adapters.qr import qr_svg, qr_terminal

ADDRESS = "HTTPS://ITA.EXAMPLE.GO.TH/S/AB12CD34"
POSTER = Poster("เทศบาลเมืองธารทอง", "eit", 2569, ADDRESS, "AB12CD34", "21 มกราคม 2570", 2, False)
LONG = "องค์การบริหารส่วนตำบลบ้านใหม่สามัคคีธรรมนุสรณ์เฉลิมพระเกียรติอำเภอเฉลิมพระเกียรติ จังหวัดบุรีรัมย์"
STACKED = "ปู่ น้ำ ผู้ กำ้ ที่ ญิ่ ฎุ๋"
SYLLABLES = "บ้าน ปู่ น้ำ ผู้ ที่ ญิ่ ฎุ๋ ฟ้า เฉลิม พระเกียรติ สามัคคี ธรรม โคก หนองไผ่ ศรีสุข".split()


def pages(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(pdf))


def picture(pdf: bytes, dpi: int) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()


def words(pdf: bytes) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    return "".join(text.split())


@pytest.mark.parametrize("dpi", [150, 72, 50])
@pytest.mark.parametrize("instrument", ["iit", "eit"])
@pytest.mark.parametrize("agency", ["กรม", LONG, STACKED])
def test_the_code_on_the_poster_opens_the_link(agency: str, instrument: str, dpi: int) -> None:
    pdf = render_poster(replace(POSTER, agency=agency, instrument=instrument))
    assert [found.text for found in zxingcpp.read_barcodes(picture(pdf, dpi))] == [ADDRESS]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=24), st.sampled_from(["", " "]), st.booleans())
def test_any_name_fits_one_page_without_leaving_its_box(parts: list[str], between: str, rehearsal: bool) -> None:
    name = between.join(parts)[:120]
    pdf = render_poster(replace(POSTER, agency=name, rehearsal=rehearsal, draft=rehearsal))
    assert pages(pdf) == 1
    image = picture(pdf, 50).convert("L")
    margin = round(9 / 25.4 * 50)
    below_the_bands = round(46 / 25.4 * 50)
    for edge in (0, image.width - margin):
        strip = image.crop((edge, below_the_bands, edge + margin, image.height))
        assert strip.getextrema() == (255, 255), "ink in the margin"


def test_the_same_poster_gives_the_same_bytes() -> None:
    assert render_poster(POSTER) == render_poster(replace(POSTER))


@pytest.mark.parametrize("agency", ["เทศบาลเมืองธารทอง", 'x #read("/etc/passwd") \\ "] $ * _ ='])
def test_the_text_of_the_pdf_is_what_was_meant(agency: str) -> None:
    found = words(render_poster(replace(POSTER, agency=agency)))
    assert "".join(agency.split()) in found
    assert "AB12CD34" in found


def test_emoji_and_unknown_letters_in_a_name_stop_nothing() -> None:
    assert pages(render_poster(replace(POSTER, agency="อบต. 😀 \x00\ue000 漢字"))) == 1


def test_a_rehearsal_says_so_and_the_two_instruments_speak_to_different_people() -> None:
    real, rehearsal = (words(render_poster(replace(POSTER, rehearsal=each))) for each in (False, True))
    assert "ชุดซ้อม" in rehearsal
    assert "ชุดซ้อม" not in real
    assert "เจ้าหน้าที่" in words(render_poster(replace(POSTER, instrument="iit")))


def test_the_pdf_is_tagged_with_title_and_language() -> None:
    pdf = render_poster(POSTER)
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid"):
        assert mark in pdf


def test_an_address_in_capitals_makes_a_smaller_code() -> None:
    assert len(qr_svg(ADDRESS)) < len(qr_svg(ADDRESS.lower() + "?"))


def test_the_code_in_the_terminal_scans_and_fits_eighty_columns() -> None:
    text = qr_terminal("HTTP://192.168.100.100:8000/S/AB12CD34-AND-SOME-MORE-OF-IT-60")
    rows = [line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m") for line in text.split("\n")]
    assert max(map(len, rows)) <= 80
    image = Image.new("L", (len(rows[0]), 2 * len(rows)), 255)
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            image.putpixel((x, 2 * y), 0 if sign in "▀█" else 255)
            image.putpixel((x, 2 * y + 1), 0 if sign in "▄█" else 255)
    image = image.resize((image.width * 8, image.height * 8), Image.Resampling.NEAREST)
    assert zxingcpp.read_barcodes(image)[0].text.startswith("HTTP://192.168.100.100:8000/S/AB12CD34")
