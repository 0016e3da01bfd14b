"""The roster as a spreadsheet file: the template out, a filled-in one in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from surveyapp.domain.places import Agency
from surveyapp.domain.provinces import PROVINCES
from surveyapp.domain.roster import Column, Numbers, Reading, kind_choices, known_headings, read_roster, template_rows

_WIDTHS: Final = {
    Column.CODE: 12,
    Column.NAME: 46,
    Column.KIND: 34,
    Column.PROVINCE: 20,
    Column.DISTRICT: 20,
    Column.STAFF: 12,
    Column.CONTACTS: 12,
}
_CHOICES: Final = {Column.KIND: kind_choices(), Column.PROVINCE: tuple(PROVINCES)}
_HELP: Final = {
    Column.CODE: "ตัวอักษร A–Z ตัวเลข ขีดกลาง หรือขีดล่าง ไม่เกิน 20 ตัว ไม่ซ้ำกัน และไม่เปลี่ยนเมื่อใช้แล้ว",
    Column.KIND: "เลือกจากรายการ ประเภทเป็นตัวกำหนดจำนวนผู้ตอบขั้นต่ำ",
    Column.STAFF: "จำนวนเจ้าหน้าที่ที่ทำงานครบหนึ่งปี เว้นว่างได้ หน่วยงานแจ้งเองภายหลัง",
    Column.CONTACTS: "จำนวนผู้รับบริการหรือผู้ติดต่อในปีงบประมาณ เว้นว่างได้ หน่วยงานแจ้งเองภายหลัง",
}
_SPARE_ROWS: Final = 50


def write_template(agencies: Sequence[Agency], told: Numbers) -> bytes:
    """An .xlsx with every agency that is known, and rows to add more."""
    columns = [
        SheetColumn(column.heading, _WIDTHS[column], _CHOICES.get(column, ()), True, _HELP.get(column, ""))
        for column in Column
    ]
    title = ["บัญชีหน่วยงาน", "หนึ่งหน่วยงานต่อหนึ่งแถว · หน่วยงานที่ไม่อยู่ในไฟล์จะคงอยู่ตามเดิม · ช่องที่เว้นว่างไว้จะไม่ลบข้อมูลเดิม"]
    rows = template_rows(agencies, told)
    return write_sheet(columns, rows, sheet_name="บัญชีหน่วยงาน", title_lines=title, spare_rows=_SPARE_ROWS)


def read_filled(data: bytes, provinces: Collection[str]) -> Reading:
    """Every sound row and every problem of a filled-in file."""
    sheet = read_sheet(data, header_needs=known_headings())
    return read_roster(sheet.header, [(row.number, row.cells) for row in sheet.rows], provinces)
