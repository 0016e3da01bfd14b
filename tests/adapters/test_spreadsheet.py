"""Tables in and out, and every trick a workbook can play on its reader."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.adapters.spreadsheet import (
    Column,
    Row,
    Sheet,
    clean,
    column_letter,
    header_name,
    read_sheet,
    write_sheet,
)
from surveyapp.adapters.spreadsheet_guard import fresh_copy
from surveyapp.domain.problems import (
    CellIsFormula,
    FileEmpty,
    FileNotReadable,
    FileSuspicious,
    FileTooLarge,
    Problem,
    Problems,
)

MEGABYTE = 1024 * 1024
HEADERS = ("รหัส", "ข้อความ", "ผลตรวจ")

# --- builders ----------------------------------------------------------------------------------------

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_PART = "xl/worksheets/sheet1.xml"


def a_link(kind: str, target: str) -> str:
    return f'<Relationship Id="{kind}" Type="{RELATED}{kind}" Target="{target}"/>'


def text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def a_worksheet(rows: str, before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def a_row(number: int, *texts: str) -> str:
    cells = "".join(text_cell(f"{column_letter(at)}{number}", text) for at, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


TWO_ROWS = a_row(1, "หัว") + a_row(2, "ค่า")


def the_parts(sheet: str | None = None, **others: str) -> dict[str, str]:
    """The parts of a workbook; others: book=, strings=, styles=."""
    links = a_link("worksheet", "worksheets/sheet1.xml") + a_link("styles", "styles.xml")
    links += a_link("sharedStrings", "/xl/sharedStrings.xml")
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="worksheet"/></sheets></workbook>'
    )
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"<Relationships>{a_link('officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "xl/workbook.xml": others.get("book", book),
        "xl/styles.xml": others.get("styles", "<styleSheet/>"),
        "xl/sharedStrings.xml": others.get("strings", "<sst/>"),
        SHEET_PART: a_worksheet(TWO_ROWS) if sheet is None else sheet,
    }


def a_zip(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def a_workbook(sheet: str | None = None, *, more: Mapping[str, str | bytes] | None = None, **others: str) -> bytes:
    return a_zip({**the_parts(sheet, **others), **(more or {})})


class RawZip:
    """A zip written field by field, so that the fields can lie."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.directory = bytearray()
        self.count = 0

    def add(
        self,
        name: str,
        packed: bytes,
        *,
        method: int = 8,
        size: int = 0,
        crc: int = 0,
        flags: int = 0,
        at: int | None = None,
        listed_as: str | None = None,
        packed_size: int | None = None,
    ) -> RawZip:
        """at: the directory points there instead, and no bytes are added to the body."""
        offset = len(self.body) if at is None else at
        rest = (flags, method, 0, 33, crc, len(packed) if packed_size is None else packed_size, size)
        local, listed = name.encode(), (listed_as or name).encode()
        self.directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, *rest, len(listed), 0, 0, 0, 0, 0, offset)
        self.directory += listed
        if at is None:
            self.body += struct.pack("<4s5H3I2H", b"PK\3\4", 20, *rest, len(local), 0) + local + packed
        self.count += 1
        return self

    def add_honest(self, parts: Mapping[str, str], *, method: int = 8, flags: int = 0) -> RawZip:
        for name, text in parts.items():
            data = text.encode()
            self.add(name, deflated(data), method=method, size=len(data), crc=zlib.crc32(data), flags=flags)
        return self

    def file(self) -> bytes:
        end = struct.pack(
            "<4s4H2IH", b"PK\5\6", 0, 0, self.count & 0xFFFF, self.count & 0xFFFF,
            len(self.directory), len(self.body), 0,
        )  # fmt: skip
        return bytes(self.body + self.directory + end)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def gigabytes_of_spaces(packed_bytes: int) -> bytes:
    """A deflate stream of about 1,000 times its length, made by repeating one block."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (packed_bytes // len(block)) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def refusal(data: bytes) -> type[Problem]:
    with pytest.raises(Problem) as caught:
        read_sheet(data)
    return type(caught.value)


def first_cells(sheet: Sheet) -> list[str]:
    return [row.cells[0] for row in sheet.rows]


# --- write, then read --------------------------------------------------------------------------------

THAI = "กขคงจฉชญดตถทธนบปผพมยรลวศสหอฮะัาำิีึืุูเแโใไๅๆ็่้๊๋์ํ๎ฯ๐๑๒๓๔๕๖๗๘๙"
some_text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text(THAI + " =+-@\t\r\n\"',;<>&_x00D1", max_size=30),
)
kept_text = some_text.map(clean)


def the_rows(cells: list[tuple[str, str]]) -> list[list[str]]:
    return [["0", one, two] for one, two in cells]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(kept_text, kept_text), min_size=1, max_size=5), st.lists(kept_text, max_size=2))
def test_what_is_written_is_read_back(cells: list[tuple[str, str]], titles: list[str]) -> None:
    titles = [title for title in titles if header_name(title) != header_name(HEADERS[2])]
    file = write_sheet(
        [Column(header, 20) for header in HEADERS], the_rows(cells), sheet_name="ข้อมูล", title_lines=titles
    )
    sheet = read_sheet(file, header_needs={HEADERS[2]})
    assert sheet.header == HEADERS
    assert [list(row.cells) for row in sheet.rows] == the_rows(cells)
    assert [row.number for row in sheet.rows] == [len(titles) + 2 + at for at in range(len(cells))]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40) | some_text)
def test_any_text_can_be_written_and_comes_back_clean(text: str) -> None:
    sheet = read_sheet(write_sheet([Column("ก", 9), Column("ข", 9)], [["0", text]], sheet_name=text))
    expected = clean(text)
    assert sheet.rows[0].cells == ("0", expected)
    assert clean(expected) == expected


PREFIXES = [
    sign + rest
    for sign in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "\u200b=", "\ufeff=", " =", "\u00a0=")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.test","ดู")', "SUM(A1:A9)", '"";=1')
]  # fmt: skip


def test_no_text_becomes_a_formula_a_link_or_a_number() -> None:
    texts = [*PREFIXES, "http://x.test", "mailto:a@x.test", "internal:A1", "1e5", "0012", "TRUE", "{=1}"]
    file = write_sheet(
        [Column("=ก", 9, help="=1+1", choices=("=1+1", "มี, ครบ"))],
        [[text] for text in texts],
        sheet_name="=1",
        title_lines=["=1+1"],
        notes=["@x"],
    )
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            xml = archive.read(part).decode()
            assert "<f>" not in xml
            assert "hyperlink" not in xml
            assert set(re.findall(r'<c [^>]*t="(\w+)"', xml)) == {"s"}
    assert first_cells(read_sheet(file, header_needs={"=ก"})) == [clean(text) for text in texts]


@pytest.mark.parametrize("text", ["<r><t>x</t></r>", "<r></r>", "<r>\n</r>", "<r>_x0041_</si><si></r>", "_x0041_"])
def test_text_that_looks_like_the_file_s_own_xml_stays_text(text: str) -> None:
    sheet = read_sheet(write_sheet([Column("ก", 9)], [[text], ["ต่อ"]], sheet_name="ก"))
    assert first_cells(sheet) == [text, "ต่อ"]


def test_the_same_table_is_the_same_file() -> None:
    def write() -> bytes:
        columns = [Column("ก", 9, ("มี", "ไม่มี"), tint=True, help="เลือก")]
        return write_sheet(columns, [["มี"]], sheet_name="ก", title_lines=["ข"], notes=["ค"], spare_rows=5)

    assert write() == write()


def test_a_written_sheet_is_ready_for_hand_and_printer() -> None:
    columns = [Column("รหัส", 9), Column("ผล", 20, ("มี", "ไม่มี"), tint=True, help="เลือกจากรายการ")]
    file = write_sheet(columns, [["1", ""]], sheet_name="ก", title_lines=["ชื่อ"], spare_rows=2)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        sheet, book = (archive.read(part).decode() for part in (SHEET_PART, "xl/workbook.xml"))
        styles = archive.read("xl/styles.xml").decode()
    assert 'ySplit="2"' in sheet  # frozen under the header
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert 'sqref="B3:B5"' in sheet  # the drop-down covers the spare rows
    assert "$A$1:$A$2" in sheet
    assert 'prompt="เลือกจากรายการ"' in sheet
    assert "_xlnm.Print_Titles" in book
    assert 'state="veryHidden"' in book
    assert 'wrapText="1"' in styles
    assert '<name val="Tahoma"/>' in styles


def test_an_overlong_text_is_cut_where_excel_would_refuse_it() -> None:
    file = write_sheet([Column("ก", 9)], [["😀" * 20_000]], sheet_name="ก")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        texts = re.findall(r"<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
    longest = max(texts, key=len)
    assert longest.endswith("😀…")
    assert len(longest.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("name", ["", "History", "[a]:*?/\\b", "'quoted'", "ก" * 40, "_choices", "a\nb\x00", "😀" * 20])
def test_any_name_makes_a_tab(name: str) -> None:
    assert read_sheet(write_sheet([Column("ก", 9, choices=("ข",))], [["ข"]], sheet_name=name)).rows


# --- reading xlsx ------------------------------------------------------------------------------------


def test_values_come_as_a_person_sees_them() -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-D07041E]d mmm yyyy"/>'
        '<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts><dxfs><dxf><numFmt numFmtId="0" '
        'formatCode="yyyy"/></dxf></dxfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>'
    )
    strings = (
        "<sst><si/><si><r><t>ราย</t></r><r><t>การ</t></r><rPh><t>อ่าน</t></rPh></si>"
        "<si><t>_x005F_x0041_&amp;_x000D_\nข</t></si></sst>"
    )
    cells = {
        '<c r="A2" s="1"><v>45000</v></c>': "2023-03-15",
        '<c r="B2" s="2"><v>45000.75</v></c>': "2023-03-15T18:00:00",
        '<c r="C2" s="2"><v>45000.999999999</v></c>': "2023-03-16",
        '<c r="D2" s="3"><v>45000</v></c>': "2023-03-15",
        '<c r="E2" s="4"><v>1.5</v></c>': "36:00:00",
        '<c r="F2" s="5"><v>0.5</v></c>': "12:00:00",
        '<c r="G2" s="0"><v>12</v></c>': "12",
        '<c r="H2"><v>0.30000000000000004</v></c>': "0.3",
        '<c r="I2"><v>1E3</v></c>': "1000",
        '<c r="J2"><v>1103700000012</v></c>': "1103700000012",
        '<c r="K2" s="1"><v>-5</v></c>': "-5",
        '<c r="L2" s="1"><v>9e300</v></c>': "9" + "0" * 300,
        '<c r="M2" t="b"><v>1</v></c>': "TRUE",
        '<c r="N2" t="e"><v>#N/A</v></c>': "#N/A",
        '<c r="O2" t="s"><v>1</v></c>': "รายการ",
        '<c r="P2" t="s"><v>2</v></c>': "_x0041_&\nข",
        '<c r="Q2" t="s"><v>0</v></c>': "",
        '<c r="R2" t="str"><v>  ก\u200b\u00a0</v></c>': "ก",
        '<c r="S2" t="d"><v>2026-11-22</v></c>': "2026-11-22",
    }
    header = a_row(1, *[f"h{at}" for at in range(len(cells))])
    sheet = read_sheet(
        a_workbook(a_worksheet(f'{header}<row r="2">{"".join(cells)}</row>'), styles=styles, strings=strings)
    )
    assert sheet.rows == (Row(2, tuple(cells.values())),)


def test_a_table_keeps_its_place_below_titles_and_between_blank_rows() -> None:
    rows = (
        f'<row r="3">{text_cell("B3", "แบบตรวจ")}</row>'
        f'<row r="5">{text_cell("B5", " รหัส ")}{text_cell("D5", "ผล  ตรวจ")}</row>'
        f'<row r="9">{text_cell("B9", "o1")}</row><row r="10"><c r="B10" s="3"/></row>'
        f'<row r="12">{text_cell("D12", "มี")}{text_cell("F12", "หมายเหตุ")}</row>'
        '<row r="1048576" ht="15"><c r="XFD1048576" s="3"/></row>'
    )
    sheet = read_sheet(a_workbook(a_worksheet(rows)), header_needs={"ผล ตรวจ"})
    assert sheet.header == ("", "รหัส", "", "ผล  ตรวจ", "", "")
    assert sheet.rows == (Row(9, ("", "o1", "", "", "", "")), Row(12, ("", "", "", "มี", "", "หมายเหตุ")))


def test_without_the_wanted_header_the_first_filled_row_is_the_header() -> None:
    assert read_sheet(a_workbook(), header_needs={"ไม่มีชื่อนี้"}).header == ("หัว",)


def test_the_first_visible_worksheet_is_read_whatever_its_prefix_and_place() -> None:
    book = (
        '<x:workbook xmlns:x="m" xmlns:rel="r"><x:sheets><x:sheet name="a" state="hidden" rel:id="worksheet"/>'
        '<x:sheet name="b" rel:id="chart"/><x:sheet name="c" rel:id="second"/></x:sheets></x:workbook>'
    )
    links = (
        a_link("worksheet", "worksheets/sheet1.xml")
        + f'<Relationship Id="chart" Type="{RELATED}chartsheet" Target="chartsheets/sheet1.xml"/>'
        + f'<Relationship Id="second" Type="{RELATED}worksheet" Target="../Other/Second.xml"/>'
    )
    second = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="str"><x:v>ก</x:v></x:c></x:row>'
        "<x:row><x:c><x:v>2</x:v></x:c></x:row></x:sheetData>"
        "<x:legacy><x:row>7</x:row><x:c><x:f>1</x:f></x:c></x:legacy></x:worksheet>"
    )
    more = {"xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>", "other/second.xml": second}
    assert read_sheet(a_workbook(book=book, more=more)) == Sheet(("ก",), (Row(2, ("2",)),))


def test_declared_counts_and_dimensions_are_not_believed() -> None:
    strings = '<sst count="99999999999999" uniqueCount="99999999999999"><si><t>ก</t></si></sst>'
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    sheet = a_worksheet(rows, before='<dimension ref="A0:XFD1048576"/>')
    assert read_sheet(a_workbook(sheet, strings=strings)).rows == (Row(2, ("ก",)),)


def test_what_nobody_reads_may_be_what_it_likes() -> None:
    more = {"customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"), "xl/x.bin": b"\0<!"}
    assert read_sheet(a_workbook(more=more)).rows


def test_the_copy_that_calamine_sees_holds_only_what_was_kept() -> None:
    sheet = a_worksheet(a_row(1, "&lt;!DOCTYPE") + a_row(2, "]]&gt;&amp;"), before='<sheetPr codeName="x"/>')
    more = {"xl/vbaProject.bin": b"macro", "xl/media/a.png": b"picture"}
    with zipfile.ZipFile(io.BytesIO(fresh_copy(a_workbook(sheet, more=more)))) as copy:
        assert len(copy.namelist()) == 6
        assert b"codeName" not in copy.read(SHEET_PART)


def test_every_formula_cell_is_named_at_once() -> None:
    rows = (
        f'<row r="1">{text_cell("A1", "หัว")}</row>'
        '<row r="5"><c r="B5"><f>1+1</f><v>2</v></c><c r="AA5"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row><c/><c t="str"><f>HYPERLINK("http://x.test")</f></c></row>'
    )
    with pytest.raises(Problems) as caught:
        read_sheet(a_workbook(a_worksheet(rows)))
    assert caught.value.problems == tuple(CellIsFormula(cell=cell) for cell in ("B5", "AA5", "B6"))


def test_no_more_than_fifty_formula_cells_are_named() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>1</f></c></row>' for n in range(1, 2_000))
    with pytest.raises(Problems) as caught:
        read_sheet(a_workbook(a_worksheet(rows)))
    assert len(caught.value.problems) == 50


# --- reading csv -------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp874", "tis-620")
in_thai_codepage = st.text(THAI + "abc XYZ019 =+-@\t\n\"',;<>&", max_size=20).map(clean)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(in_thai_codepage, in_thai_codepage), min_size=1, max_size=5),
    st.sampled_from(ENCODINGS),
    st.sampled_from(",;\t"),
    # csv's writer leaves a line feed unquoted when lines end in CR
    st.sampled_from([("\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_MINIMAL), ("\r", csv.QUOTE_ALL)]),
)
def test_a_csv_in_any_encoding_delimiter_and_line_end(
    cells: list[tuple[str, str]], encoding: str, delimiter: str, lines: tuple[str, Literal[0, 1]]
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=lines[0], quoting=lines[1])
    writer.writerows([HEADERS, *the_rows(cells)])
    sheet = read_sheet(out.getvalue().encode(encoding))
    assert sheet.header == HEADERS
    assert [list(row.cells) for row in sheet.rows] == the_rows(cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(kept_text, min_size=1, max_size=5), st.sampled_from(["utf-8", "utf-16"]))
def test_a_csv_holds_any_text(texts: list[str], encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADERS[:2], *[["0", text] for text in texts]])
    assert [row.cells[1] for row in read_sheet(out.getvalue().encode(encoding)).rows] == texts


def test_a_record_over_two_lines_is_one_row_and_a_blank_line_counts() -> None:
    sheet = read_sheet('รหัส,ผล\r\n1,"มี\r\nครบ"\r\n\r\n,,\r\n4,"a ""b"""\r\n'.encode())
    assert sheet.rows == (Row(2, ("1", "มี\nครบ")), Row(5, ("4", 'a "b"')))


def test_a_field_limit_lowered_elsewhere_is_a_refusal() -> None:
    usual = csv.field_size_limit(3)
    try:
        assert refusal(b"a,b\n1,four\n") is FileNotReadable
    finally:
        csv.field_size_limit(usual)


def test_a_wanted_header_names_the_delimiter_and_the_header_row() -> None:
    data = "ทะเบียน, ปี 2569, รุ่น 2, ร่าง\n\nรหัส;ผล\n1;มี, ครบ\n".encode("cp874")
    assert read_sheet(data, header_needs={"รหัส"}) == Sheet(("รหัส", "ผล"), (Row(4, ("1", "มี, ครบ")),))


def test_header_names_are_compared_without_case_width_spacing_or_spelling_of_am() -> None:
    assert header_name(" Ｃode\u200b  No ") == header_name("code no")
    assert header_name("จํานวน") == header_name("จำนวน")


def test_column_letters() -> None:
    assert [column_letter(at) for at in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


# --- refused: not a table ----------------------------------------------------------------------------

XLS = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def an_entry_that_is_none() -> bytes:
    archive = RawZip()
    archive.body += b"PK\3\4" + bytes(60)
    return archive.add("a", b"", at=4).file()


UNREADABLE: Mapping[str, Callable[[], bytes]] = {
    "an .xls": lambda: XLS,
    "a PDF": lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "a PNG": lambda: b"\x89PNG\r\n\x1a\n" + bytes(20),
    "a web page": lambda: b"\xef\xbb\xbf\n<HTML><table><tr><td>1</td></tr></table>",
    "XML": lambda: b"<?xml version='1.0'?><Workbook/>",
    "NUL in a CSV": lambda: b"a,b\n1,\x00\n",
    "UTF-16 without its mark": lambda: "a,b\n1,2\n".encode("utf-16-le"),
    "half a UTF-16 character": lambda: "a,b\n1,2\n".encode("utf-16")[:-1],
    "a lone surrogate": lambda: "a,b\n1,\ud800\n".encode("utf-16", "surrogatepass"),
    "bytes of no encoding": lambda: b"a,b\n1,\xff\xfe\x81\n",
    "a truncated zip": lambda: a_workbook()[:-40],
    "half a zip": lambda: a_workbook()[:600],
    "a zip's first bytes": lambda: b"PK\x03\x04",
    "an empty zip": lambda: a_zip({}),
    "a zip of something else": lambda: a_zip({"readme.txt": "x"}),
    "no workbook": lambda: a_zip({k: v for k, v in the_parts().items() if k != "xl/workbook.xml"}),
    "no worksheet": lambda: a_zip({k: v for k, v in the_parts().items() if k != SHEET_PART}),
    "no visible worksheet": lambda: a_workbook(book='<w><sheet state="hidden" r:id="worksheet"/></w>'),
    "a Word document": lambda: a_workbook(book="<w:document xmlns:w='w'/>"),
    "broken XML": lambda: a_workbook(a_worksheet("<row><c></row>")),
    "an unknown entity": lambda: a_workbook(a_worksheet(a_row(1, "&bomb;"))),
    "bytes that are not UTF-8": lambda: a_workbook(more={SHEET_PART: b"<worksheet>\xa1</worksheet>"}),
    "a string that is not there": lambda: a_workbook(a_worksheet('<row><c t="s"><v>7</v></c></row>')),
    "a string before the first": lambda: a_workbook(
        a_worksheet('<row><c t="s"><v>-1</v></c></row>'), strings="<sst><si><t>a</t></si></sst>"
    ),
    "a number that is none": lambda: a_workbook(a_worksheet("<row><c><v>1e999</v></c></row>")),
    "rows out of order": lambda: a_workbook(a_worksheet(a_row(2, "a") + a_row(1, "b"))),
    "a cell of another row": lambda: a_workbook(a_worksheet(f'<row r="2">{text_cell("A3", "a")}</row>')),
    "a cell without a column": lambda: a_workbook(a_worksheet(f'<row r="2">{text_cell("2", "a")}</row>')),
    "two cells in one place": lambda: a_workbook(
        a_worksheet(f'<row r="2">{text_cell("A2", "a")}{text_cell("A2", "b")}</row>')
    ),
    "an encrypted zip": lambda: RawZip().add_honest(the_parts(), flags=1).file(),
    "a method we do not know": lambda: RawZip().add_honest(the_parts(), method=14).file(),
    "a wrong checksum": lambda: a_workbook()[:-22].replace(
        struct.pack("<I", zlib.crc32(b"<sst/>")), b"\1\2\3\4"
    ) + a_workbook()[-22:],
    "an entry beyond the file": lambda: RawZip().add("a", deflated(b"x"), size=1).add("b", b"", at=10**6).file(),
    "an entry that is none": an_entry_that_is_none,
    "an entry longer than the file": lambda: RawZip().add("a", b"x", method=0, size=1, packed_size=9999).file(),
    "a string by a name": lambda: a_workbook(a_worksheet('<row><c t="s"><v>x</v></c></row>')),
    "a column of four letters": lambda: a_workbook(a_worksheet(f'<row r="2">{text_cell("AAAA2", "a")}</row>')),
    "a column in small letters": lambda: a_workbook(a_worksheet(f'<row r="2">{text_cell("a2", "a")}</row>')),
    "a deflate stream cut short": lambda: RawZip().add("a.xml", deflated(b"x" * 99)[:-3], size=99).file(),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_table_is_not_readable(name: str) -> None:
    assert refusal(UNREADABLE[name]()) is FileNotReadable


@pytest.mark.parametrize(
    "data", [b"", b"\n \r\n", b"\xef\xbb\xbf", b",,\n,,\n", b"a,b\n", b"a,b\n , \n", a_workbook(a_worksheet(""))]
)
def test_nothing_under_the_header_is_an_empty_file(data: bytes) -> None:
    assert refusal(data) is FileEmpty


def test_a_file_over_five_megabytes_is_not_opened() -> None:
    with pytest.raises(FileTooLarge) as caught:
        read_sheet(b"a,b\n" * (5 * MEGABYTE // 4) + b"x")
    assert caught.value == FileTooLarge(limit_megabytes=5)


# --- refused: tricks ---------------------------------------------------------------------------------


def laughs(declaration: str) -> str:
    return f'<?xml version="1.0"?>{declaration}<worksheet><sheetData>{a_row(1, "&a;")}</sheetData></worksheet>'


NESTED = '<!DOCTYPE w [<!ENTITY z "ฮา"><!ENTITY a "&z;&z;&z;&z;&z;&z;&z;&z;&z;">]>'
CANARY = '<!DOCTYPE w [<!ENTITY a SYSTEM "http://127.0.0.1:1/canary">]>'


def two_names_for_the_same_bytes() -> bytes:
    return RawZip().add("a", deflated(b"x"), size=1).add("a", deflated(b"x"), size=1, at=0, listed_as="b").file()


def one_entry_quoted_by_another() -> bytes:
    """Entry a holds, as its stored data, the whole of entry b; the directory lists both."""
    inner = RawZip().add("b", deflated(b" " * MEGABYTE), size=MEGABYTE)
    outer = RawZip().add("a", bytes(inner.body), method=0, size=len(inner.body), crc=zlib.crc32(inner.body))
    packed = deflated(b" " * MEGABYTE)
    return outer.add("b", packed, size=MEGABYTE, at=31, crc=zlib.crc32(b" " * MEGABYTE)).file()


def a_lie_about_size(declared: int) -> bytes:
    data = a_worksheet(TWO_ROWS).encode()
    return RawZip().add(SHEET_PART, deflated(data), size=declared, crc=zlib.crc32(data)).file()


SUSPICIOUS: Mapping[str, Callable[[], bytes]] = {
    "nested entities": lambda: a_workbook(laughs(NESTED)),
    "an external entity": lambda: a_workbook(laughs(CANARY)),
    "a DTD in UTF-16": lambda: a_workbook(more={SHEET_PART: laughs(NESTED).encode("utf-16")}),
    "a DTD in UTF-16 without its mark": lambda: a_workbook(more={SHEET_PART: laughs(NESTED).encode("utf-16-le")}),
    "a part in UTF-16": lambda: a_workbook(more={SHEET_PART: a_worksheet(TWO_ROWS).encode("utf-16")}),
    "a DTD in a part nobody reads": lambda: a_workbook(more={"docProps/core.xml": NESTED + "<a/>"}),
    "a DTD far into a part": lambda: a_workbook(more={"docProps/app.xml": " " * 65_530 + CANARY + "<a/>"}),
    "a DTD in the relationships": lambda: a_workbook(more={"_rels/.rels": NESTED + "<Relationships/>"}),
    "another declared encoding": lambda: a_workbook(
        more={SHEET_PART: b"<?xml version='1.0' encoding='windows-874'?><worksheet/>"}
    ),
    "two names for the same bytes": two_names_for_the_same_bytes,
    "one entry quoted by another": one_entry_quoted_by_another,
    "a size told too small": lambda: a_lie_about_size(10),
    "a size told too large": lambda: a_lie_about_size(100_000),
    "data after the deflate stream": lambda: (
        RawZip().add("a", deflated(b"x") + b"more", size=1, crc=zlib.crc32(b"x")).file()
    ),
    "a name that climbs": lambda: a_workbook(more={"../../etc/passwd": "x"}),
    "a name that climbs by backslash": lambda: a_workbook(more={"xl\\..\\..\\x": "x"}),
    "an absolute name": lambda: a_workbook(more={"/etc/passwd": "x"}),
    "a name on a drive": lambda: a_workbook(more={"C:/x": "x"}),
    "a name with NUL": lambda: RawZip().add("a\0b", deflated(b"x"), size=1).file(),
    "one name twice": lambda: a_workbook(more={"XL/Workbook.xml": "<workbook/>"}),
    "a cell in the last corner": lambda: a_workbook(
        a_worksheet(a_row(1, "a") + f'<row r="1048576">{text_cell("XFD1048576", "b")}</row>')
    ),
    "a cell in column 201": lambda: a_workbook(a_worksheet(f'<row r="1">{text_cell("GS1", "b")}</row>')),
    "a cell in row 20,001": lambda: a_workbook(a_worksheet(a_row(1, "a") + a_row(20_001, "b"))),
    "a grid too wide for its height": lambda: a_workbook(
        a_worksheet(a_row(1, "a") + f'<row r="20000">{text_cell("GR20000", "b")}</row>')
    ),
    "a cell of 10,001 characters": lambda: a_workbook(a_worksheet(a_row(1, "ก" * 10_001))),
    "a shared string of 10,001 characters": lambda: a_workbook(
        a_worksheet('<row><c t="s"><v>0</v></c></row>'), strings=f"<sst><si><t>{'ก' * 10_001}</t></si></sst>"
    ),
    "shared strings of 5 million characters": lambda: a_workbook(
        strings=f"<sst><si><t>{'x' * 5_000_001}</t></si></sst>"
    ),
    "10,000 sheets": lambda: a_workbook(book="<workbook>" + '<sheet r:id="worksheet"/>' * 10_000 + "</workbook>"),
    "a CSV cell of 10,001 characters": lambda: ("a,b\n1," + "ก" * 10_001).encode("cp874"),
    "a CSV row 20,001": lambda: b"a,b\n" + b"1,2\n" * 20_000,
    "a CSV column 201": lambda: b"a," * 200 + b"a\n1\n",
    "a CSV quote too few": lambda: b'a,b\n1,"' + b"x,y\n" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("name", SUSPICIOUS)
def test_a_trick_is_suspicious(name: str) -> None:
    assert refusal(SUSPICIOUS[name]()) is FileSuspicious


def test_the_largest_shape_allowed_is_read() -> None:
    csv_rows = b"a,b\n" + b"1,2\n" * 19_999
    assert len(read_sheet(csv_rows).rows) == 19_999
    wide = read_sheet(a_workbook(a_worksheet(a_row(1, *["a"] * 200) + a_row(2, "ก" * 10_000))))
    assert len(wide.header) == 200


# --- refused: bombs, measured in a process of their own ----------------------------------------------


def a_sheet_of(filling: str, times: int) -> bytes:
    return a_workbook(a_worksheet(filling * times))


def text_cells(count: int) -> str:
    return numbered('<c t="str"><v>a text with an emoji 😀 #</v></c>', count)


def numbered(pattern: str, count: int) -> str:
    return "".join(pattern.replace("#", str(at)) for at in range(count))


A_LONG_FORMAT = '<numFmt numFmtId="#" formatCode="' + "d" * 900 + '"/>'
MANY = 22 * MEGABYTE  # just within the inflated limit, so that the next guard has to hold
BOMBS: Mapping[str, Callable[[], bytes]] = {
    "gigabytes told honestly": lambda: RawZip()
    .add(SHEET_PART, gigabytes_of_spaces(4_900_000), size=4_000_000_000)
    .file(),
    "gigabytes told as 20 MB": lambda: RawZip()
    .add(SHEET_PART, gigabytes_of_spaces(4_900_000), size=20 * MEGABYTE)
    .file(),
    "25 MB in parts nobody reads": lambda: a_workbook(more={f"x{at}.bin": bytes(MEGABYTE) for at in range(25)}),
    "55,000 entries": lambda: RawZip().add_honest({f"{at:05}": "" for at in range(55_000)}).file(),
    "depth": lambda: a_sheet_of("<a>", MANY // 3),
    "one huge attribute": lambda: a_workbook("<a b='" + ">" * MANY + "'/>"),
    "one huge comment": lambda: a_workbook("<a><!--" + "<" * MANY + "--></a>"),
    "one huge text": lambda: a_workbook(a_worksheet(f'<row><c t="str"><v>😀{"x" * MANY}</v></c></row>')),
    "200,000 names": lambda: a_workbook(f"<a>{numbered('<b#/>', 200_000)}</a>"),
    "long names": lambda: a_workbook(f"<a>{numbered('<' + 'b' * 60_000 + '#/>', 360)}</a>"),
    "a million empty cells": lambda: a_sheet_of("<row>" + "<c/>" * 15 + "</row>", 70_000),
    "two million tags of no meaning": lambda: a_sheet_of("<x/>", 2_000_000),
    "200,000 shared strings": lambda: a_workbook(strings=f"<sst>{numbered('<si><t>#</t></si>', 200_000)}</sst>"),
    "one long string named 100,000 times": lambda: a_workbook(
        a_worksheet(("<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 1_000),
        strings=f"<sst><si><t>{'x' * 10_000}</t></si></sst>",
    ),
    "a million styles": lambda: a_workbook(styles=f"<s><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></s>"),
    "long number formats": lambda: a_workbook(
        styles=f"<s><numFmts>{numbered(A_LONG_FORMAT, 20_000)}</numFmts></s>"
    ),
    "100,000 relationships": lambda: a_workbook(
        more={"_rels/.rels": "<R>" + numbered('<Relationship Id="#" Target="a/../b"/>', 100_000) + "</R>"}
    ),
    "160,000 cells": lambda: a_sheet_of(f"<row>{text_cells(16)}</row>", 10_000),
    "CSV: five million commas": lambda: "😀".encode() + b"," * (5 * MEGABYTE - 4),
    "CSV: five million line ends": lambda: b"\n" * (5 * MEGABYTE),
    "CSV: a blank line that goes on": lambda: b"a,b\n1,2\n" + b",\n" * 600_000,
    "CSV: a million quoted line ends in one record": lambda: b'"a\n",' * (MEGABYTE - 1),
}  # fmt: skip

# Forks for each file: what one leaves behind must not lighten the next.
MEASURE = """
import json, os, signal, sys, time
from surveyapp.adapters.spreadsheet import read_sheet
from surveyapp.domain.problems import Problem

def kilobytes(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))

def measure(path):
    data = open(path, "rb").read()
    before, start = kilobytes("VmRSS"), time.perf_counter()
    try:
        read_sheet(data)
        outcome = "read"
    except Problem as problem:
        outcome = type(problem).__name__
    seconds = time.perf_counter() - start
    print(json.dumps([outcome, (kilobytes("VmHWM") - before) / 1024, seconds]), flush=True)

for line in sys.stdin:
    if not (child := os.fork()):
        signal.alarm(60)
        measure(line.strip())
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(json.dumps(["died", 0, 0]), flush=True)
"""

Measured = tuple[str, float, float]
Measure = Callable[[bytes], Measured]


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measure]:
    """What came of a file, megabytes more than before at the highest, seconds; in another process.

    VmHWM, not getrusage: a child's ru_maxrss starts at its parent's, so that a fat test runner would
    hide any growth.
    """
    path = tmp_path_factory.mktemp("measured") / "file"
    command = [sys.executable, "-c", MEASURE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        questions, answers = process.stdin, process.stdout
        assert questions is not None
        assert answers is not None

        def ask(data: bytes) -> Measured:
            path.write_bytes(data)
            print(path, file=questions, flush=True)
            outcome, megabytes, seconds = json.loads(answers.readline())
            return outcome, megabytes, seconds

        yield ask
        questions.close()


def test_inflating_stops_where_the_told_size_or_the_limit_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    inflated: list[int] = []

    def count(piece: bytes, _: int) -> int:
        inflated.append(len(piece))
        return 0

    monkeypatch.setattr(zlib, "crc32", count)
    for told, limit in ((4_000_000_000, 24 * MEGABYTE), (MEGABYTE, MEGABYTE)):
        inflated.clear()
        assert refusal(RawZip().add("a", gigabytes_of_spaces(4_900_000), size=told).file()) is FileSuspicious
        assert limit < sum(inflated) <= limit + 64 * 1024


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_memory(name: str, measure: Measure) -> None:
    data = BOMBS[name]()
    assert len(data) <= 5 * MEGABYTE
    outcome, megabytes, seconds = measure(data)
    assert outcome == "FileSuspicious"
    assert megabytes <= 64
    assert seconds < 10  # a guard against hanging; the figure aimed at is 2 on an idle machine


def test_the_fullest_sheet_allowed_is_read_in_little_memory(measure: Measure) -> None:
    cells = text_cells(59)
    rows = "".join(f'<row>{cells}<c r="GR{at}"><v>1</v></c></row>' for at in range(1, 2_500))
    outcome, megabytes, _ = measure(a_workbook(a_worksheet(rows)))
    assert outcome == "read"
    assert megabytes <= 64


def test_the_measure_sees_memory_grow(measure: Measure) -> None:
    rows = b"a,b\n" + b"0123456789,0123456789\n" * 19_000
    assert measure(rows)[1] > 3


# --- fuzz --------------------------------------------------------------------------------------------


def mutated(data: bytes, dice: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(body))
        match dice.randrange(4):
            case 0:
                body[at] = dice.randrange(256)
            case 1:
                del body[at : at + dice.randint(1, 30)]
            case 2:
                body[at:at] = body[dice.randrange(len(body)) :][: dice.randint(1, 30)]
            case _:
                body[at : at + 1] = dice.choice([b"<", b">", b'"', b"9", b"-", b"&#0;", b"A1048576", b"\0"])
        if not body:
            break
    return bytes(body)


def table_or_refusal(data: bytes) -> None:
    try:
        assert isinstance(read_sheet(data), Sheet)
    except (Problem, Problems):
        return


A_GOOD_FILE = write_sheet(
    [Column("รหัส", 9), Column("ผล", 9, ("มี", "ไม่มี"))], [["1", "มี"], ["2", "<r>x</r>"]], sheet_name="ก"
)


def test_a_damaged_file_gives_a_table_or_a_refusal() -> None:
    dice = random.Random(2569)
    for _ in range(400):
        table_or_refusal(mutated(A_GOOD_FILE, dice))


def test_a_well_packed_file_of_damaged_xml_gives_a_table_or_a_refusal() -> None:
    dice = random.Random(69)
    with zipfile.ZipFile(io.BytesIO(A_GOOD_FILE)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    walked = [name for name in parts if re.search(r"rels$|workbook.xml|sheet1|styles|shared", name)]
    for _ in range(250):
        name = dice.choice(walked)
        table_or_refusal(a_zip({**parts, name: mutated(parts[name], dice)}))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_give_a_table_or_a_refusal(data: bytes) -> None:
    table_or_refusal(data)
    table_or_refusal(b"PK\x03\x04" + data)


class PanicException(BaseException):
    """Stands for a panic in Rust."""


def test_a_panic_inside_calamine_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def panics(_: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("python_calamine.load_workbook", panics)
    assert refusal(a_workbook()) is FileNotReadable


def test_a_keyboard_interrupt_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("python_calamine.load_workbook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_sheet(a_workbook())
