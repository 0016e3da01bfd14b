"""Thai text: dictionary order, years, dates and days."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.problems import YearIsCommonEra, YearUnreadable
from surveyapp.domain.thai import (
    arabic_digits,
    civil_day,
    fiscal_year_of,
    kept_whole,
    parse_fiscal_year,
    sort_key,
    thai_date,
)

from .builders import dice, examples

DICTIONARY = (
    "กก กระบี่ กรุงเทพ กล้วย กะทิ กัน กา กาก กำ กำแพง กิน กุ้ง เก เก็ง เก่ง เก้ง เก๋ง เกาะ แก แก้ว โก ใกล้ ไก่ "
    "ขอนแก่น ขา แขวง คลอง งาน จังหวัด เจริญ ฉะเชิงเทรา ชลบุรี เชียงใหม่ ดอน ตราด ตำบล ถนน เทศบาล ไทย ธารทอง "
    "นคร นา น้ำ บาง บ้าน บึง ปทุมธานี เพชรบุรี แพร่ ไพร ภูเก็ต มหาสารคาม เมือง ยะลา รอง เร็ว ฤดู ลำปาง เลย วัด "
    "ศาล สตูล หนอง หลวง เหนือ ใหญ่ องค์การ อำเภอ เอก ฮอด"
).split()


# --- dictionary order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_names_stand_in_the_order_of_the_royal_institute_dictionary(seed: int) -> None:
    shuffled = dice(seed).sample(DICTIONARY, len(DICTIONARY))
    assert sorted(shuffled, key=sort_key) == DICTIONARY


@pytest.mark.parametrize(
    "in_order",
    [
        "ไต ไต่ ไต้ ไต๊ ไต๋",
        "เก เก็ เก่ เก้ เก๊ เก๋",
        "เก็ง เก่ง เก้ง เก๋ง",
        "ปา ป่า ป้า ป๋า",
        "ขาว ข่าว ข้าว",
    ],
)
def test_words_that_differ_in_one_mark_stand_in_the_order_of_the_marks(in_order: str) -> None:
    words = in_order.split()
    backwards = list(reversed(words))
    assert sorted(backwards, key=sort_key) == words


@pytest.mark.parametrize("in_order", ["กก กก็ ก่ก", "นาขาว นาข่าว นาข้าว น่าขาว น้าขาว", "ปากอ้า ป้ากอา", "บานน้า บ้านนา"])
def test_of_words_with_the_same_letters_the_first_mark_decides(in_order: str) -> None:
    words = in_order.split()
    backwards = list(reversed(words))
    assert sorted(backwards, key=sort_key) == words


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("กา", "ก่าก"),  # a mark never outweighs a letter
        ("ก้าง", "กาน"),
        ("หมา", "หม่าน้อย"),
        ("บ้านนา", "บ้านเหนือ"),
        ("บ้านใต้", "บ้านนา"),
        ("เทศบาลตำบลนา", "เทศบาลเมืองกก"),
        ("เทศบาลเมือง", "เทศบาลเมืองธารทอง"),
        ("หนองแก", "หนองขา"),
        ("หนองไผ่", "หนองยาง"),
        ("ไพร", "ฟ้า"),
        ("โรง", "ฤทธิ์"),
        ("ฤๅษี", "ลา"),
        ("ไหม", "อ่าง"),
        ("โรงเรียน 2", "โรงเรียน ๓"),
        ("abc", "Abd"),
    ],
)
def test_one_name_stands_before_another(earlier: str, later: str) -> None:
    assert sort_key(earlier) < sort_key(later)


def test_thai_digits_and_arabic_digits_stand_together() -> None:
    assert sort_key("หมู่ ๓") == sort_key("หมู่ 3")


@pytest.mark.parametrize("odd", ["", "เ", "เเ", "แเก", "่", "่่่", "ก่้", "ไ ", "\x00", "\ud800", "😀", "เ" * 10_000])
def test_odd_text_has_a_key_too(odd: str) -> None:
    assert isinstance(sort_key(odd), str)


@examples(100)
@given(words=st.lists(st.text("กขนาะเแ่้็ "), max_size=8))
def test_sorting_does_not_depend_on_the_order_it_began_with(words: list[str]) -> None:
    assert sorted(map(sort_key, words)) == sorted(map(sort_key, reversed(words)))
    assert [sort_key(word) for word in sorted(words, key=sort_key)] == sorted(map(sort_key, words))


# --- years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["2569", " 2569 ", "๒๕๖๙", "2๕6๙", "\u00a02569\n"])
def test_a_buddhist_year_is_read_in_either_digits(typed: str) -> None:
    assert parse_fiscal_year(typed) == 2569


@pytest.mark.parametrize(("typed", "meant"), [("2026", 2569), ("๒๐๒๖", 2569), ("1957", 2500), ("1900", 2443)])
def test_a_common_era_year_is_refused_with_the_year_it_would_mean(typed: str, meant: int) -> None:
    with pytest.raises(YearIsCommonEra) as refusal:
        parse_fiscal_year(typed)
    assert refusal.value.facts == {"typed": meant - 543, "meant": meant}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "69",
        "25690",
        "256",
        "25 69",
        "2569.0",
        "-2569",
        "+569",
        "2_69",
        "พ.ศ. 2569",
        "๒๕๖",
        "２５６９",
        "²569",
        "²⁵⁶⁹",
        "٢٥٦٩",
        "0x69",
        "\x00",
        "\ud800",
        "9" * 100_000,
    ],
    ids=lambda typed: ascii(typed[:12]),
)
def test_anything_but_four_digits_is_not_a_year(typed: str) -> None:
    with pytest.raises(YearUnreadable) as refusal:
        parse_fiscal_year(typed)
    assert len(str(refusal.value.facts["typed"])) <= 40


@examples(200)
@given(typed=st.text(max_size=6) | st.text("0123456789๐๑๒๓๔๕๖๗๘๙ ", max_size=6))
def test_any_text_is_a_year_or_refused(typed: str) -> None:
    with suppress(YearUnreadable, YearIsCommonEra):
        year = parse_fiscal_year(typed)
        assert str(year).zfill(4) == arabic_digits(typed.strip())


def test_thai_digits_become_arabic_ones_and_nothing_else_changes() -> None:
    assert arabic_digits("หมู่ ๐๑๒๓๔๕๖๗๘๙ ก 5") == "หมู่ 0123456789 ก 5"


# --- days ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 9, 30), 2568),
        (date(2025, 10, 1), 2569),
        (date(2025, 12, 31), 2569),
        (date(2026, 1, 1), 2569),
        (date(2026, 9, 30), 2569),
        (date(2026, 10, 1), 2570),
    ],
)
def test_a_fiscal_year_runs_from_october_to_september(day: date, year: int) -> None:
    assert fiscal_year_of(day) == year


@examples(60)
@given(day=st.dates(date(1941, 1, 1), date(2100, 1, 1)))
def test_tomorrow_is_in_the_same_fiscal_year_or_begins_the_next_on_1_october(day: date) -> None:
    tomorrow = day + timedelta(days=1)
    begins = (tomorrow.month, tomorrow.day) == (10, 1)
    assert fiscal_year_of(tomorrow) - fiscal_year_of(day) == begins


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "22 พฤศจิกายน 2569"),
        (date(2026, 1, 1), "1 มกราคม 2569"),
        (date(2024, 2, 29), "29 กุมภาพันธ์ 2567"),
        (date(2021, 8, 26), "26 สิงหาคม 2564"),
        (date(2021, 12, 31), "31 ธันวาคม 2564"),
    ],
)
def test_a_date_is_written_as_people_in_thailand_write_it(day: date, written: str) -> None:
    assert thai_date(day) == written


def test_every_month_has_its_own_name() -> None:
    assert len({thai_date(date(2026, month, 1)).split()[1] for month in range(1, 13)}) == 12


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC), date(2026, 9, 30)),
        (datetime(2026, 9, 30, 17, 0, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 7, 1, 0, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=timezone(timedelta(hours=-8))), date(2026, 7, 2)),
    ],
)
def test_the_day_in_thailand_begins_at_17_00_utc(instant: datetime, day: date) -> None:
    assert civil_day(instant) == day


# --- where a line may end ------------------------------------------------------------------------------


def read(text: str) -> str:
    return text.replace("\u2060", "").replace("\u200b", "")


WORDS = ("หน่วยงาน", "คำตอบ", "ให้ท่านอย่างเป็นธรรม", "ตรงไปตรงมา", "ดังต่อไปนี้", " ", "ของ", "9", "หน่วย", "งาน")


@given(st.lists(st.sampled_from(WORDS)).map("".join))
def test_a_text_kept_whole_reads_the_same_and_stays_so(text: str) -> None:
    whole = kept_whole(text)
    assert read(whole) == text
    assert kept_whole(whole) == whole


def test_a_line_does_not_end_inside_a_word() -> None:
    assert kept_whole("ในหน่วยงานนี้") == "ในหน่วย\u2060งานนี้"
    assert kept_whole("ดังต่อไปนี้") == "ดัง\u2060ต่อ\u2060ไป\u2060นี้"
    assert kept_whole("มอบให้ท่านอย่างเป็นธรรม") == "มอบให้ท่าน\u200bอย่างเป็นธรรม"
