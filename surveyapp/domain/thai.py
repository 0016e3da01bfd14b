"""Thai text: digits, dictionary order, where a line may end, years and dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

from surveyapp.domain.problems import YearIsCommonEra, YearUnreadable

_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_IN_THAI_DIGITS: Final = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_LEADING_VOWELS: Final = "เแโใไ"
_MARKS: Final = "่้๊๋์็ฺํ๎"
_MONTHS: Final = ("มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม").split()
_ERA: Final = 543
# Where browsers end a line inside a word (their dictionaries take these apart), seen on pages 320 points wide.
_NEVER_CUT: Final = (
    "หน่วย-งาน คำ-ตอบ คำ-ถาม ขั้น-ตอน ทุก-คน ทุก-ข้อ ผู้-บริหาร ผู้-ดูแล ผู้-ประสาน-งาน ผู้-จัด ผู้-อื่น ผู้-นำ หัวหน้า-งาน "
    "งบ-ประมาณ ตรง-ไป-ตรง-มา ส่วน-ได้-ส่วน-เสีย เท่า-เทียม มาก-น้อย เพียง-ใด ดัง-ต่อ-ไป-นี้ ต่อ-ไป-นี้ ขึ้น-ไป ขอ-ให้ "
    "เกี่ยว-กับ ที่-อยู่ ราย-ละเอียด มอบ-หมาย รับ-ผิด-ชอบ ธรรม-เนียม เลี้ยง-รับ-รอง ไม่-บังคับ "
    "ดำเนิน-การ ของ-ท่าน"
).split()
_WHOLE: Final = {word.replace("-", ""): word.replace("-", "\u2060") for word in _NEVER_CUT}
_WHOLE["ท่านอย่าง"] = "ท่าน\u200bอย่าง"  # read as ท่า, นอ, ย่าง
BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")  # no summer time since 1920


def arabic_digits(text: str) -> str:
    """The same text with ๐–๙ written as 0–9."""
    return text.translate(_THAI_DIGITS)


def thai_digits(text: str) -> str:
    """The same text with 0–9 written as ๐–๙."""
    return text.translate(_IN_THAI_DIGITS)


def one_spelling(text: str) -> str:
    """The same text with ำ and แ spelt one way: some keyboards and files write them as two signs."""
    return text.replace("\u0e4d\u0e32", "\u0e33").replace("\u0e40\u0e40", "\u0e41")


def kept_whole(text: str) -> str:
    """The same text to read, with unseen signs (word joiners) where a browser would end a line inside a word.

    For sentences only: names of buttons and fields are spoken and searched for, and stay as they are.
    """
    for word, whole in _WHOLE.items():
        text = text.replace(word, whole)
    return text


def sort_key(text: str) -> str:
    """A key that sorts by plain code points the way a Thai dictionary does.

    A vowel written before its consonant counts after it; marks above count only between words that
    are otherwise the same (rule of the Royal Institute dictionary).
    """
    letters: list[str] = []
    marks = [""]  # the marks before the first letter, then those of each letter
    waiting = ""
    for sign in arabic_digits(text).casefold():
        if sign in _MARKS:
            marks[-1] += sign
        elif sign in _LEADING_VOWELS and not waiting:
            waiting = sign
        else:
            letters.append(sign + waiting)
            marks.append("")
            waiting = ""
    # \x01 comes before every mark, so the first letter that has a mark in only one of the words decides.
    return "".join(letters) + waiting + "\x01" + "\x01".join(marks).rstrip("\x01")


def parse_fiscal_year(typed: str) -> int:
    """The Buddhist year that was typed, in either digits. Refuses a common-era year, never corrects it."""
    text = arabic_digits(typed.strip())
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise YearUnreadable(typed=typed.strip()[:40])
    year = int(text)
    if 1900 <= year <= 2400:
        raise YearIsCommonEra(typed=year, meant=year + _ERA)
    return year


def civil_day(instant: datetime) -> date:
    """The day it is in Thailand at an instant."""
    return instant.astimezone(BANGKOK).date()


def civil_time(instant: datetime) -> str:
    """The time of day it is in Thailand at an instant, such as "14:30"."""
    return f"{instant.astimezone(BANGKOK):%H:%M}"


def fiscal_year_of(day: date) -> int:
    """The fiscal year (พ.ศ.) of a day: it runs from 1 October to 30 September."""
    return day.year + _ERA + (1 if day.month >= 10 else 0)


def thai_date(day: date) -> str:
    """A civil date as people in Thailand write it: 22 พฤศจิกายน 2569."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year + _ERA}"


def short_day(day: date) -> str:
    """A civil date in figures, as people in Thailand type it: 22/11/2569."""
    return f"{day.day}/{day.month}/{day.year + _ERA}"
