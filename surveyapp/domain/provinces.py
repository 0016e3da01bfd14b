"""The 77 provinces and the NACC region each belongs to.

Source: the division of the NACC's regional offices 1-9 as commonly published (confidence medium: no primary
document was at hand). Bangkok is looked after by the central office and belongs to no region.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Final

from surveyapp.domain.paper import Text
from surveyapp.domain.thai import one_spelling

REGIONS: Final = range(1, 10)
CAPITAL: Final = "กรุงเทพมหานคร"  # a province in everything but the word
MADE_UP: Final = "ธารทอง"  # the province of demonstrations; nowhere on the map

_OF_REGION: Final = {
    1: "ชัยนาท นนทบุรี ปทุมธานี พระนครศรีอยุธยา ลพบุรี สมุทรปราการ สระบุรี สิงห์บุรี อ่างทอง",
    2: "จันทบุรี ฉะเชิงเทรา ชลบุรี ตราด นครนายก ปราจีนบุรี ระยอง สระแก้ว",
    3: "ชัยภูมิ นครราชสีมา บุรีรัมย์ ยโสธร ศรีสะเกษ สุรินทร์ อำนาจเจริญ อุบลราชธานี",
    4: "กาฬสินธุ์ ขอนแก่น นครพนม บึงกาฬ มหาสารคาม มุกดาหาร ร้อยเอ็ด เลย สกลนคร หนองคาย หนองบัวลำภู อุดรธานี",
    5: "เชียงราย เชียงใหม่ น่าน พะเยา แพร่ แม่ฮ่องสอน ลำปาง ลำพูน",
    6: "กำแพงเพชร ตาก นครสวรรค์ พิจิตร พิษณุโลก เพชรบูรณ์ สุโขทัย อุตรดิตถ์ อุทัยธานี",
    7: "กาญจนบุรี นครปฐม ประจวบคีรีขันธ์ เพชรบุรี ราชบุรี สมุทรสงคราม สมุทรสาคร สุพรรณบุรี",
    8: "กระบี่ ชุมพร นครศรีธรรมราช พังงา ภูเก็ต ระนอง สุราษฎร์ธานี",
    9: "ตรัง นราธิวาส ปัตตานี พัทลุง ยะลา สงขลา สตูล",
}
PROVINCES: Final[Mapping[str, int | None]] = {
    CAPITAL: None,
    **{name: region for region, names in _OF_REGION.items() for name in names.split()},
}


def region_of(province: str) -> int | None:
    """The NACC region (1-9) of a province; None for Bangkok and for names that are no province."""
    return 9 if province == MADE_UP else PROVINCES.get(province)


def province_name(province: str) -> Text:
    """The province with the word for it, which Bangkok does not have."""
    return Text(province, province) if province in ("", CAPITAL) else Text(f"จังหวัด{province}", f"province {province}")


def provinces_of(region: int) -> frozenset[str]:
    """The names of a region's provinces, the made-up one included."""
    return frozenset(name for name in (*PROVINCES, MADE_UP) if region_of(name) == region)


def parse_province(typed: str, known: Collection[str] = tuple(PROVINCES)) -> str | None:
    """The province that was written, "จังหวัด" or "จ." before it or not; None when it is none of the known."""
    name = _PREFIX.sub("", _SPACES.sub("", one_spelling(typed)))
    name = _SHORT.get(name, name)
    return name if name in known else None


def nearest_province(typed: str, known: Collection[str] = tuple(PROVINCES)) -> str | None:
    """The province that was perhaps meant."""
    name = _PREFIX.sub("", _SPACES.sub("", one_spelling(typed)))
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.5)), None)


_PREFIX: Final = re.compile(r"^(?:จังหวัด|จ\.)")
_SPACES: Final = re.compile(r"\s+")
_SHORT: Final = dict.fromkeys(("กรุงเทพ", "กรุงเทพฯ", "กทม", "กทม."), CAPITAL) | {"อยุธยา": "พระนครศรีอยุธยา"}
