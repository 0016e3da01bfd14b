"""Posters and slips, timed: one of each kind, and a province of 152 agencies in one file."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random

from surveyapp.adapters.poster import Poster, render_poster, render_posters
from surveyapp.adapters.qr import draw_qr_svg, qr_svg
from surveyapp.adapters.slips import Slip, Slips, render_slips
from surveyapp.domain.link_code import ALPHABET
from surveyapp.domain.poster import Languages, Size

_HOST = "https://ita.example.go.th"
_NAME = "องค์การบริหารส่วนตำบลบ้านใหม่สามัคคีธรรมนุสรณ์ อำเภอเฉลิมพระเกียรติ จังหวัดบุรีรัมย์"
_POSTER = Poster(_NAME, "eit", 2569, "", "", date(2027, 1, 21), 5, rehearsal=True, draft=True, digest="0123456789ab")
_PROVINCE = 152


def posters(rounds: int) -> None:
    """Print CPU time: medians of posters nobody has drawn before; then books and slips, once each."""
    dice = Random(1)
    render_poster(_a_poster(dice, 0))  # fonts and templates are read once a process
    print(f"\nposters, CPU ms each, codes never drawn before (medians of {rounds * 4})")
    for size in Size:
        for languages in Languages:
            fresh = [_a_poster(dice, number) for number in range(rounds * 4)]
            took = [_seconds(partial(render_poster, each, size, languages)) for each in fresh]
            print(f"  {size:10}{languages:8}{statistics.median(took) * 1000:8.0f}")
    codes = [f"{_HOST}/S/{number}".upper() for number in range(rounds * 4)]
    print(
        f"  of that the QR code {statistics.median(_seconds(partial(draw_qr_svg, each)) for each in codes) * 1000:8.0f}"
    )
    for size in Size:
        book = [_a_poster(dice, number) for number in range(_PROVINCE)]
        qr_svg.cache_clear()
        _told(f"a province of {_PROVINCE}, {size}, one file", partial(render_posters, book, size))
    for n in (60, 300):
        _told(f"{n} slips with their minute", partial(render_slips, _slips(dice, n)))


def _a_poster(dice: Random, number: int) -> Poster:
    code = "".join(dice.choices(ALPHABET, k=8))
    return replace(_POSTER, agency=f"{_NAME} {number}", address=f"{_HOST}/S/{code}".upper(), code=code)


def _slips(dice: Random, n: int) -> Slips:
    codes = ("".join(dice.choices(ALPHABET, k=12)) for _ in range(n))
    made = tuple(Slip(code, f"{_HOST}/S/AB12CD34#{code}") for code in codes)
    return Slips(_NAME, 2569, f"{_HOST}/s/AB12CD34", made, "1 มกราคม 2570", "21 มกราคม 2570")


def _seconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _told(what: str, act: Callable[[], bytes]) -> None:
    begun, wall = time.process_time(), time.perf_counter()
    size = len(act())
    print(
        f"  {what}: {time.process_time() - begun:.1f} s CPU, {time.perf_counter() - wall:.1f} s, {size / 1e6:.1f} MB",
        flush=True,
    )
