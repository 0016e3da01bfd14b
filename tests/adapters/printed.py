"""What a printed page shows: read by a real decoder, and measured in millimetres from its top left corner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy
import pypdfium2
import zxingcpp

from surveyapp.adapters.qr import QUIET_ZONE, draw_qr_svg, qr_modules

MM = 25.4
# typst 0.15 writes a cluster whose upper mark is shifted by the font (กิ่ ปั้ ญึ้) twice into the text
# layer; the picture is right. Text is compared with such repetitions folded, on both sides.
CLUSTER_TWICE = re.compile(r"([ก-ฮ][ุู]?[ัิ-ืํ]?[็-์]?)\1+")
Pixels = numpy.ndarray[tuple[int, int], numpy.dtype[numpy.uint8]]


@dataclass(frozen=True)
class Box:
    """A rectangle in mm, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(frozen=True)
class Code:
    """A decoded QR code: its text, and where its modules are."""

    text: str
    place: Box


class Page:
    """A page of a PDF."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self._text = page.get_textpage()
        self.wide_mm, self.high_mm = (points / 72 * MM for points in page.get_size())

    def pixels(self, dpi: int) -> Pixels:
        found: Pixels = self._page.render(scale=dpi / 72, grayscale=True).to_numpy()
        return found.reshape(found.shape[0], found.shape[1])

    def rgb(self, dpi: int) -> numpy.ndarray[tuple[int, int, int], numpy.dtype[numpy.uint8]]:
        found: numpy.ndarray[tuple[int, int, int], numpy.dtype[numpy.uint8]] = numpy.asarray(
            self._page.render(scale=dpi / 72).to_pil().convert("RGB")
        )
        return found

    def lines(self) -> list[Box]:
        """The boxes of the runs of text."""
        points = (self._text.get_rect(number) for number in range(self._text.count_rects()))
        found = (self._box(*each) for each in points)
        return [box for box in found if box.right - box.left > 0.2 and box.bottom - box.top > 0.2]

    def words(self, inside: Box | None = None) -> str:
        """The text, of the page or of a box, without white space."""
        text: str = (
            self._text.get_text_range()
            if inside is None
            else self._text.get_text_bounded(
                left=inside.left / MM * 72,
                right=inside.right / MM * 72,
                top=(self.high_mm - inside.top) / MM * 72,
                bottom=(self.high_mm - inside.bottom) / MM * 72,
            )
        )
        return "".join(text.replace("\u200b", "").split())

    def _box(self, left: float, bottom: float, right: float, top: float) -> Box:
        left, bottom, right, top = (points / 72 * MM for points in (left, bottom, right, top))
        return Box(left, self.high_mm - top, right, self.high_mm - bottom)


def pages_of(pdf: bytes) -> list[Page]:
    return [Page(page) for page in pypdfium2.PdfDocument(pdf)]


def folded(text: str) -> str:
    return CLUSTER_TWICE.sub(r"\1", "".join(text.split()))


def codes_in(pixels: Pixels, dpi: int) -> list[Code]:
    """Every QR code that can be read, row by row."""
    found = []
    for each in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
        at = each.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        across, down = [point.x / dpi * MM for point in corners], [point.y / dpi * MM for point in corners]
        found.append(Code(each.text, Box(min(across), min(down), max(across), max(down))))
    return sorted(found, key=lambda code: (round(code.place.top), code.place.left))


def on_top_of_each_other(boxes: list[Box], others: list[Box], *, deeper_than: float) -> list[tuple[int, int]]:
    """The pairs that run into each other deeper than this share of the lower of both heights.

    Boxes of one line may touch: what is less than 2 mm wide is passed over.
    """
    one, other = (numpy.array([[b.left, b.top, b.right, b.bottom] for b in each]) for each in (boxes, others))
    a, b = one[:, None, :], other[None, :, :]
    wide = numpy.minimum(a[..., 2], b[..., 2]) - numpy.maximum(a[..., 0], b[..., 0])
    deep = numpy.minimum(a[..., 3], b[..., 3]) - numpy.maximum(a[..., 1], b[..., 1])
    lower = numpy.minimum(a[..., 3] - a[..., 1], b[..., 3] - b[..., 1])
    found = numpy.argwhere((wide > 2) & (deep > deeper_than * lower))
    return [(int(x), int(y)) for x, y in found]


@cache
def _modules(text: str) -> int:
    return qr_modules(draw_qr_svg(text))


def module_mm(code: Code) -> float:
    return (code.place.right - code.place.left) / _modules(code.text)


def is_quiet_around(code: Code, pixels: Pixels, dpi: int) -> bool:
    """Whether nothing is printed within four modules of a code, but for half a module against its own edge."""
    module = module_mm(code)
    near, far = 0.5 * module, (QUIET_ZONE - 0.25) * module
    place = code.place

    def cut(left: float, top: float, right: float, bottom: float) -> Pixels:
        x0, y0, x1, y1 = (round(mm / MM * dpi) for mm in (left, top, right, bottom))
        return pixels[max(y0, 0) : y1, max(x0, 0) : x1]

    strips = (
        cut(place.left - far, place.top - far, place.right + far, place.top - near),
        cut(place.left - far, place.bottom + near, place.right + far, place.bottom + far),
        cut(place.left - far, place.top - far, place.left - near, place.bottom + far),
        cut(place.right + near, place.top - far, place.right + far, place.bottom + far),
    )
    return all(strip.size and strip.min() > 250 for strip in strips)


_OFFICES = (
    "องค์การบริหารส่วนตำบล|เทศบาลตำบล|เทศบาลเมือง|เทศบาลนคร|โรงพยาบาลส่งเสริมสุขภาพตำบล|ที่ทำการปกครองอำเภอ|"
    "สำนักงานสาธารณสุขอำเภอ|ศูนย์อนุรักษ์และฟื้นฟูลุ่มน้ำ|วิทยาลัยเทคนิค|สถาบันวิจัยและพัฒนาพื้นที่สูงแห่งชาติสาขา"
).split("|")
_PLACES = (
    "ปู่ยี่ น้ำผุด ผู้ใหญ่อู๋ กู้กำ้ ฟ้าฮ่าม ญิ่นดี ฎุ๋ฏู้ ปั้นหม้อ ฝั่งหมิ่น ซับน้ำทิพย์ ทุ่งกุ๊กกู๋ บึงสำโรงใต้ หินปูนแม่น้ำน้อย "
    "ดอนตูมปฐมพระธาตุ ป่าไม้งามสามัคคี โคกสำโรงธรรมนุสรณ์ ลุ่มสุ่มที่นี่ ห้วยหินลาดในเก่าใหม่"
).split()
_ENDS = (
    "||| อำเภอเฉลิมพระเกียรติ จังหวัดพระนครศรีอยุธยา| (ถ่ายโอนภารกิจตามแผนการกระจายอำนาจ) จังหวัดประจวบคีรีขันธ์| แห่งที่ 12| "
    "เฉลิมพระเกียรติ 84 พรรษา"
).split("|")


def agency_names(n: int) -> Iterator[str]:
    """Made-up names as long and as stacked as real ones: up to 100 signs, no two alike."""
    dice = Random(2569)
    for number in range(n):
        name = dice.choice(_OFFICES) + "".join(dice.sample(_PLACES, dice.randint(1, 5))) + dice.choice(_ENDS)
        yield f"{name[:100]} {number + 1}"
