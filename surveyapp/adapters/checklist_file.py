"""The OIT checklist as a spreadsheet file: the template out, a filled-in one in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from surveyapp.domain.checklist import ItemState
from surveyapp.domain.checklist_sheet import (
    FAIL_WORDS,
    PASS_WORDS,
    Column,
    Reading,
    SheetReader,
    known_headings,
    template_rows,
)
from surveyapp.domain.paper import Checklist

_WIDTHS: Final = {
    Column.ITEM: 9,
    Column.YEAR: 12,
    Column.NAME: 30,
    Column.EVIDENCE: 46,
    Column.URLS: 46,
    Column.NOTE: 30,
    Column.MARK: 12,
    Column.REASON: 30,
}
_HELP: Final = {
    Column.URLS: "วางที่อยู่เว็บทั้งหมด ขึ้นต้นด้วย https:// ถ้ามีหลายแห่งให้ขึ้นบรรทัดใหม่ (Alt+Enter)",
    Column.NOTE: "ถ้าผู้ตรวจต้องรู้อะไรเพิ่ม เขียนสั้น ๆ ที่นี่",
    Column.MARK: "เฉพาะผู้ตรวจ: เลือก ผ่าน หรือ ไม่ผ่าน",
    Column.REASON: "เฉพาะผู้ตรวจ: ถ้าไม่ผ่าน ต้องบอกเหตุผล",
}


def write_template(checklist: Checklist, fiscal_year: int, agency: str, states: Mapping[str, ItemState]) -> bytes:
    """An .xlsx with every item of the year; filled with what is known already."""
    columns = [
        SheetColumn(
            header=column.heading,
            width=_WIDTHS[column],
            choices=(PASS_WORDS.th, FAIL_WORDS.th) if column is Column.MARK else (),
            tint=column in (Column.URLS, Column.NOTE, Column.MARK, Column.REASON),
            help=_HELP.get(column, ""),
        )
        for column in Column
    ]
    title = [f"แบบตรวจการเปิดเผยข้อมูลสาธารณะ (OIT) ปีงบประมาณ พ.ศ. {fiscal_year}"]
    title += [agency] if agency else []
    title += ["กรอกเฉพาะช่องที่มีสี แล้วส่งไฟล์นี้กลับเข้าระบบ · หน่วยงานกรอกลิงก์และคำอธิบาย · ผู้ตรวจกรอกผลตรวจและเหตุผล"]
    rows = template_rows(checklist, fiscal_year, states)
    return write_sheet(columns, rows, sheet_name=f"OIT {fiscal_year}", title_lines=title)


def read_filled(data: bytes, reader: SheetReader) -> Reading:
    """Every sound row and every problem of a filled-in file."""
    sheet = read_sheet(data, header_needs=known_headings())
    return reader.read(sheet.header, [(row.number, row.cells) for row in sheet.rows])
