"""The emblem of an agency: its pixels arrive on the poster, nothing else of the file does, no file breaks it."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from datetime import date

import numpy
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from surveyapp.adapters.emblem import clean_emblem
from surveyapp.adapters.poster import Poster, render_poster, render_posters
from surveyapp.adapters.qr import chunk
from surveyapp.domain.poster import Languages, Size
from surveyapp.domain.problems import EmblemUnreadable
from tests.adapters.printed import pages_of

POSTER = Poster(
    "เทศบาลเมืองธารทอง", "eit", 2569, "HTTPS://ITA.EXAMPLE.GO.TH/S/AB12CD34", "AB12CD34", date(2027, 1, 21), 2, False
)
MODES = ["1", "L", "P", "RGB", "LA", "RGBA", "I;16"]


def png(mode: str, wide: int = 40, high: int = 30) -> bytes:
    """A picture whose file also tells a name, a place and a time."""
    source = Image.effect_noise((wide, high), 90).convert("RGB")
    image = Image.new(mode, (wide, high), 40_000) if mode == "I;16" else source.convert(mode)
    told = PngInfo()
    told.add_text("Author", "Somsri Jaidee")
    told.add_itxt("Comment", "13.7563 N 100.5018 E")
    exif = Image.Exif()
    exif[0x9C9D] = "somsri".encode("utf-16-le")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=told, exif=exif, dpi=(300, 300))
    return out.getvalue()


def kinds_of(content: bytes) -> set[bytes]:
    found, at = set(), 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        found.add(kind)
        at += 12 + length
    return found


@pytest.mark.parametrize("mode", MODES)
def test_the_pixels_stay_and_everything_else_goes(mode: str) -> None:
    given_ = png(mode)
    assert kinds_of(given_) >= {b"eXIf", b"tEXt", b"pHYs"}
    cleaned = clean_emblem(given_)
    assert kinds_of(cleaned) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    before, after = (Image.open(io.BytesIO(each)).convert("RGBA") for each in (given_, cleaned))
    assert (numpy.asarray(before) == numpy.asarray(after)).all()


@pytest.mark.parametrize("size", [Size.A4, Size.A3, Size.TENT])
def test_the_emblem_stands_in_the_band_on_top(size: Size) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (255, 0, 0)).save(out, "PNG")
    with_it = pages_of(render_poster(replace(POSTER, emblem=out.getvalue()), size))[0].rgb(50)
    without = pages_of(render_poster(POSTER, size))[0].rgb(50)

    def reds(page: numpy.ndarray[tuple[int, int, int], numpy.dtype[numpy.uint8]]) -> int:
        return int(((page[..., 0] > 240) & (page[..., 1] < 15) & (page[..., 2] < 15)).sum())

    assert reds(without) == 0
    assert reds(with_it) > 150


def forged(width: int, height: int, depth: int, colour: int, pixels: bytes, *extra: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


BROKEN = {
    "empty": b"",
    "jpeg": b"\xff\xd8\xff\xe0" + b"0" * 200,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "cut": png("RGB")[:-20],
    "no pixels": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)) + chunk(b"IEND"),
    "too few pixels": forged(40, 40, 8, 2, b"\0" * 99),
    "no width": forged(0, 4, 8, 0, b"\0" * 4),
    "very wide": forged(100_000, 1, 8, 0, b"\0" * 100_001),
    "huge told, nothing there": forged(3_000, 3_000, 16, 6, b"\0"),
    "unknown filter": forged(2, 2, 8, 0, b"\x09ab\x00ab"),
    "no palette": forged(2, 2, 8, 3, b"\0ab\0ab"),
    "no such depth": forged(2, 2, 7, 0, b"\0ab\0ab"),
    "no such colour": forged(2, 2, 8, 5, b"\0ab\0ab"),
    "two megabytes": png("RGB") + b"\0" * 2_000_000,
    "only a head": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_png_is_refused_in_words(name: str) -> None:
    with pytest.raises(EmblemUnreadable):
        clean_emblem(BROKEN[name])


def test_a_bomb_is_not_unpacked() -> None:
    bomb = forged(3_000, 3_000, 1, 0, b"\0" * (376 * 3_000) + b"\0" * 60_000_000)
    assert len(bomb) < 2_000_000
    assert len(clean_emblem(bomb)) < 10_000


def test_what_follows_the_picture_in_its_file_does_not_come_along() -> None:
    secret = b"PK\x03\x04 a second file"
    assert secret not in clean_emblem(png("RGB") + secret)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from([1, 2, 4, 8, 16]),
    st.sampled_from([0, 2, 3, 4, 6]),
    st.binary(min_size=1, max_size=700),
    st.binary(max_size=60),
    st.binary(max_size=20),
)
def test_whatever_is_let_in_can_be_printed(
    width: int, height: int, depth: int, colour: int, noise: bytes, palette: bytes, clear: bytes
) -> None:
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = (width * depth * samples + 7) // 8
    pixels = b"".join(
        bytes([noise[y % len(noise)] % 5]) + bytes(noise[(y * row + x) % len(noise)] for x in range(row))
        for y in range(height)
    )
    extra = (chunk(b"PLTE", palette), chunk(b"tRNS", clear))
    try:
        cleaned = clean_emblem(forged(width, height, depth, colour, pixels, *extra))
    except EmblemUnreadable:
        return
    assert render_poster(replace(POSTER, emblem=cleaned)).startswith(b"%PDF")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5_000), st.integers(1, 255))
def test_a_file_with_one_wrong_byte_is_refused_or_printed(at: int, change: int) -> None:
    content = bytearray(png("P"))
    content[at % len(content)] ^= change
    try:
        cleaned = clean_emblem(bytes(content))
    except EmblemUnreadable:
        return
    assert render_poster(replace(POSTER, emblem=cleaned)).startswith(b"%PDF")


@pytest.mark.parametrize("languages", list(Languages))
@pytest.mark.parametrize("instrument", ["eit", "iit"])
def test_the_head_of_a_poster_has_room_for_an_emblem(instrument: str, languages: Languages) -> None:
    poster = replace(POSTER, instrument=instrument, emblem=png("RGB"), rehearsal=True)
    page = pypdfium2.PdfDocument(render_posters([poster], Size.A4, languages))[0]
    text = page.get_textpage()
    found = text.search("2569").get_next()
    assert found is not None
    _, bottom, _, top = text.get_charbox(found[0])
    head = 20 * 72 / 25.4
    assert page.get_height() - head < bottom < top < page.get_height()
