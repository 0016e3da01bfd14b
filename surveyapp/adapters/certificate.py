"""Certificates of results as PDF, a page each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from surveyapp.adapters.emblem import emblem_svg
from surveyapp.adapters.qr import qr_svg
from surveyapp.adapters.typeset import UNKNOWN, printable, set_apart, set_pages
from surveyapp.domain.certificate import Signed
from surveyapp.domain.provinces import province_name
from surveyapp.domain.thai import thai_date, thai_digits


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on a certificate.

    total: as it was shown, with two decimals. level, level_en: its name. address: of the result page, which the QR
    code opens. digest: of the paper the score was computed by, short. emblem: a PNG of the agency's.
    """

    agency: str
    province: str
    fiscal_year: int
    total: str
    level: str
    level_en: str
    address: str
    rehearsal: bool
    draft: bool
    digest: str
    signed: Signed
    emblem: bytes | None = None


def render_certificates(certificates: Sequence[Certificate], *, apart: bool = False) -> bytes:
    """An A4 page a certificate, in their order, as PDF: tagged (PDF/UA-1), fonts embedded, a bookmark for each agency.

    The same certificates give the same bytes. apart: in a process of its own, for a file of many.
    """
    set_them = set_apart if apart else set_pages
    return set_them("certificate.typ", {"certificates": [_words(each) for each in certificates]})


def _words(certificate: Certificate) -> dict[str, Any]:
    signed = certificate.signed
    digits: Callable[[str], str] = thai_digits if signed.thai_digits else str
    level = printable(certificate.level).removeprefix("ระดับ ")  # the word stands above it
    level_en = printable(certificate.level_en).removeprefix("Level ")
    return {
        "agency": printable(certificate.agency) or UNKNOWN,
        "place": _place(certificate),
        "year": digits(str(certificate.fiscal_year)),
        "year_en": str(certificate.fiscal_year - 543),
        "total": digits(certificate.total),
        "out_of": digits("100"),
        "level": level,
        "level_en": "" if level_en == level else level_en,
        "address": certificate.address,
        "shown_address": certificate.address.split("://", 1)[-1],
        "qr": qr_svg(certificate.address).decode("ascii"),
        "rehearsal": certificate.rehearsal,
        "draft": certificate.draft,
        "digest": certificate.digest,
        "day": None if signed.day is None else digits(" พ.ศ. ".join(thai_date(signed.day).rsplit(" ", 1))),
        "signatories": [[printable(each.name), printable(each.position)] for each in signed.signatories],
        "emblem": None if certificate.emblem is None else emblem_svg(certificate.emblem),
    }


def _place(certificate: Certificate) -> str:
    """Where the agency is, unless its name says just that."""
    place = printable(province_name(certificate.province).th)
    return "" if place == printable(certificate.agency) else place
