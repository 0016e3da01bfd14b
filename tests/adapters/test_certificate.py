"""Certificates: whatever the name, one page, nothing outside the frame, and a code that opens the result."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from surveyapp.adapters.certificate import Certificate, render_certificates
from surveyapp.domain.certificate import LONGEST, Signatory, Signed
from surveyapp.domain.problems import NotNow
from tests.adapters.printed import (
    CLUSTER_TWICE,
    Box,
    agency_names,
    codes_in,
    folded,
    is_quiet_around,
    on_top_of_each_other,
    pages_of,
)

DPI = 150
FRAME = Box(13, 13, 284, 197)
PLAIN = Certificate(
    agency="เทศบาลเมืองธารทอง",
    province="ธารทอง",
    fiscal_year=2569,
    total="87.45",
    level="ผ่านดี",
    level_en="Good pass",
    address="https://ita.example.go.th/results/2569/TT001",
    rehearsal=False,
    draft=False,
    digest="0123456789ab",
    signed=Signed(),
)
_PICTURE = io.BytesIO()
Image.new("RGB", (300, 300), (160, 40, 40)).save(_PICTURE, "PNG")
EMBLEM = _PICTURE.getvalue()
LONG = "ผู้อำนวยการสำนักงานป้องกันและปราบปรามการทุจริตแห่งชาติ ประจำจังหวัด รักษาราชการแทนผู้ช่วยเลขาธิการคณะกรรมการ"
FULLEST = replace(
    PLAIN,
    address="https://khwamprongsai-ita.long-province-name.go.th/results/2569/AGENCY-NUMBER-0001234567",
    total="100.00",
    level="ต้องปรับปรุงโดยด่วน",
    level_en="Must improve urgently",
    rehearsal=True,
    draft=True,
    signed=Signed(
        (Signatory("นายสมชาย ใจซื่อตรง", LONG), Signatory("ก" * LONGEST, "W" * LONGEST)), date(2027, 8, 9), True
    ),
)


def test_every_code_of_a_province_opens_its_own_result_and_no_word_leaves_the_frame() -> None:
    names = list(agency_names(24))
    book = [
        replace(FULLEST if number % 2 else PLAIN, agency=name, address=f"{PLAIN.address[:-3]}{number:03}")
        for number, name in enumerate(names)
    ]
    pages = pages_of(render_certificates(book))
    assert len(pages) == len(book)
    for certificate, page in zip(book, pages, strict=True):
        pixels = page.pixels(DPI)
        (code,) = codes_in(pixels, DPI)
        assert code.text == certificate.address
        assert is_quiet_around(code, pixels, DPI)
        lines = page.lines()
        assert [line for line in lines if not FRAME.holds(line)] == []
        assert [pair for pair in on_top_of_each_other(lines, lines, deeper_than=0.45) if pair[0] < pair[1]] == []
        assert on_top_of_each_other([code.place], lines, deeper_than=0) == []


@settings(max_examples=12)
@given(st.lists(st.sampled_from(list(agency_names(40))), min_size=1, max_size=3), st.sampled_from([PLAIN, FULLEST]))
def test_any_name_stands_on_one_page_as_it_is(names: list[str], certificate: Certificate) -> None:
    name = " ".join(names)[:120].strip()
    (page,) = pages_of(render_certificates([replace(certificate, agency=name)]))
    assert folded(name) in folded(page.words())
    assert [line for line in page.lines() if not FRAME.holds(line)] == []
    assert [code.text for code in codes_in(page.pixels(DPI), DPI)] == [certificate.address]


def test_a_file_set_in_a_process_of_its_own_is_the_same_file() -> None:
    assert render_certificates([PLAIN, FULLEST], apart=True) == render_certificates([PLAIN, FULLEST])


def test_nobody_waits_for_a_turn_because_a_thread_that_waits_answers_nobody() -> None:
    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(render_certificates, [PLAIN] * 3, apart=True) for _ in range(3)]
        refused = [each for each in asked if isinstance(each.exception(), NotNow)]
    assert len(refused) == 2
    assert render_certificates([PLAIN], apart=True) == render_certificates([PLAIN]), "and the turn is given back"


def test_a_place_is_said_once_and_as_it_is_called() -> None:
    for province, agency, said, never in (
        ("กรุงเทพมหานคร", "กรมตัวอย่าง", "กรุงเทพมหานคร", "จังหวัดกรุงเทพมหานคร"),
        ("ตรัง", "จังหวัดตรัง", "จังหวัดตรัง", "จังหวัดตรังจังหวัดตรัง"),
        ("ตรัง", "เทศบาลนครตรัง", "เทศบาลนครตรังจังหวัดตรัง", "จังหวัดจังหวัด"),
    ):
        found = pages_of(render_certificates([replace(PLAIN, agency=agency, province=province)]))[0].words()
        assert said in found
        assert never not in found


def test_it_says_what_the_result_page_says_and_whose_word_is_official() -> None:
    found = pages_of(render_certificates([PLAIN]))[0].words()
    for said in (
        "87.45",
        "ผ่านดี",
        "2569",
        "จังหวัดธารทอง",
        "ita.example.go.th/results/2569/TT001",
        "ประกาศของสำนักงานป.ป.ช.",
    ):
        assert said in found
    twice = [each.group() for each in CLUSTER_TWICE.finditer(found) if len(each.group(1)) > 1]
    assert twice == []
    for said, marked in {"รอบซ้อม": replace(PLAIN, rehearsal=True), "ฉบับร่าง": replace(PLAIN, draft=True)}.items():
        assert said in pages_of(render_certificates([marked]))[0].words()
        assert said not in found


def test_who_signs_and_when_stand_on_it_in_the_digits_that_are_asked_for() -> None:
    signed = Signed((Signatory("นายสมชาย ใจดี", "ผู้ว่าราชการจังหวัด"),), date(2027, 8, 9), thai_digits=True)
    (page,) = pages_of(render_certificates([replace(PLAIN, signed=signed)]))
    for said in ("(นายสมชายใจดี)", "ผู้ว่าราชการจังหวัด", "๙สิงหาคมพ.ศ.๒๕๗๐", "๘๗.๔๕", "๒๕๖๙"):
        assert said in page.words()
    assert "87.45" not in page.words()
    assert "results/2569/TT001" in page.words(), "an address stays as it is typed"


@pytest.mark.parametrize("name", ["", "🏛 เทศบาล 🏛", "A\u200bB", "W" * 120, "ปั้น" * 30])
def test_a_strange_name_stops_no_certificate(name: str) -> None:
    (page,) = pages_of(render_certificates([replace(FULLEST, agency=name)]))
    assert [line for line in page.lines() if not FRAME.holds(line)] == []


def test_it_is_tagged_with_title_language_and_a_bookmark_for_each_agency_and_the_same_each_time() -> None:
    other = replace(PLAIN, agency="เทศบาลตำบลไทย")
    pdf = render_certificates([PLAIN, other])
    assert pdf == render_certificates([PLAIN, other])
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid"):
        assert mark in pdf
    document = pypdfium2.PdfDocument(pdf)
    assert [mark.get_title() for mark in document.get_toc()] == [PLAIN.agency, other.agency]
    alone = pypdfium2.PdfDocument(render_certificates([PLAIN]))
    assert PLAIN.agency in alone.get_metadata_value("Title")
