"""The kinds of agencies: the codes the papers' sample rules go by, with the names people write.

Source: the groups in published results of FY2564-2567 (confidence medium). Sizes of municipalities and of
subdistrict organizations are told apart only where a paper's rule does.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from surveyapp.domain.paper import Text
from surveyapp.domain.thai import one_spelling


class Track(StrEnum):
    """Districts are assessed beside the agencies, in a track of their own."""

    AGENCY = "agency"
    DISTRICT = "district"


KINDS: Final[Mapping[str, Text]] = {
    "oboto_l": Text("องค์การบริหารส่วนตำบลขนาดใหญ่", "subdistrict organization, large"),
    "oboto_m": Text("องค์การบริหารส่วนตำบลขนาดกลาง", "subdistrict organization, medium"),
    "oboto_s": Text("องค์การบริหารส่วนตำบลขนาดเล็ก", "subdistrict organization, small"),
    "thesaban_tambon_m": Text("เทศบาลตำบลขนาดกลาง", "subdistrict municipality, medium"),
    "thesaban_tambon_s": Text("เทศบาลตำบลขนาดเล็ก", "subdistrict municipality, small"),
    "thesaban_muang": Text("เทศบาลเมือง", "town municipality"),
    "thesaban_nakhon": Text("เทศบาลนคร", "city municipality"),
    "obojo": Text("องค์การบริหารส่วนจังหวัด", "provincial organization"),
    "special_local": Text("องค์กรปกครองส่วนท้องถิ่นรูปแบบพิเศษ", "special local body (Bangkok, Pattaya)"),
    "province": Text("จังหวัด", "province"),
    "department": Text("ส่วนราชการด้านนโยบาย", "department that makes policy"),
    "central_service": Text("ส่วนราชการที่อนุญาตหรือให้บริการ", "department that licenses or serves"),
    "state_enterprise": Text("รัฐวิสาหกิจ", "state enterprise"),
    "public_organization": Text("องค์การมหาชน", "public organization"),
    "fund": Text("กองทุน", "fund"),
    "university": Text("สถาบันอุดมศึกษา", "university"),
    "independent": Text("องค์กรอิสระ ศาล หรือหน่วยงานของรัฐสภา", "independent body, court or parliament"),
    "district": Text("อำเภอ", "district"),
}
_OTHER_NAMES: Final = {
    "อบต.ขนาดใหญ่": "oboto_l",
    "อบต.ขนาดกลาง": "oboto_m",
    "อบต.ขนาดเล็ก": "oboto_s",
    "อบต.ใหญ่": "oboto_l",
    "อบต.กลาง": "oboto_m",
    "อบต.เล็ก": "oboto_s",
    "ทต.ขนาดกลาง": "thesaban_tambon_m",
    "ทต.ขนาดเล็ก": "thesaban_tambon_s",
    "ทต.กลาง": "thesaban_tambon_m",
    "ทต.เล็ก": "thesaban_tambon_s",
    "ทม.": "thesaban_muang",
    "ทน.": "thesaban_nakhon",
    "อบจ.": "obojo",
    "มหาวิทยาลัย": "university",
}
_WITHOUT_SIZE: Final = frozenset({"อบต", "องค์การบริหารส่วนตำบล", "ทต", "เทศบาลตำบล"})
_SPACES: Final = re.compile(r"\s+")


def track_of(kind: str) -> Track:
    """The track an agency of this kind is assessed in."""
    return Track.DISTRICT if kind == "district" else Track.AGENCY


def kind_name(kind: str) -> Text:
    """The name of a kind; a code nobody knows names itself."""
    return KINDS.get(kind, Text(kind, kind))


def parse_kind(typed: str) -> str | None:
    """The code of a kind from its code or one of its names; None when it is neither."""
    return _NAMES.get(_plain(typed))


def nearest_kind(typed: str) -> str | None:
    """The Thai name of the kind that was perhaps meant."""
    near = difflib.get_close_matches(_plain(typed), _NAMES, n=1, cutoff=0.5)
    return KINDS[_NAMES[near[0]]].th if near else None


def lacks_size(typed: str) -> bool:
    """Whether this names a sort of body whose sizes are kinds of their own, without saying which size."""
    return _plain(typed).rstrip(".") in _WITHOUT_SIZE


def _plain(name: str) -> str:
    return _SPACES.sub("", one_spelling(name)).casefold()


_NAMES: Final = {
    _plain(name): code
    for names in (
        *(((code, code), (text.th, code), (text.en, code)) for code, text in KINDS.items()),
        tuple(_OTHER_NAMES.items()),
    )
    for name, code in names
}
