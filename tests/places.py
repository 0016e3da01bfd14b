"""A small open round to test in: two agencies, each with its links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from surveyapp.domain.link_code import ALPHABET, make_code
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency, Assessment, Channel, Round, Stage
from surveyapp.domain.response import Response
from surveyapp.persistence.store import Store
from tests.conftest import LIBRARY


@dataclass(frozen=True)
class SmallRound:
    """The round, and the codes of its links by (agency code, instrument)."""

    year: int
    assessments: dict[str, Assessment]
    codes: dict[tuple[str, Instrument], str]


def open_small_round(
    store: Store, year: int = 2564, *, rehearsal: bool = False, closes_on: date | None = None, staff: int = 100
) -> SmallRound:
    """Agencies A1 (ไทย) and A2 (แขวง) of a province, in an open round of the year."""
    paper = LIBRARY.paper(year)
    with store.writing() as shelves:
        shelves.agencies.add(
            [
                Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง"),
                Agency(0, "A2", "เทศบาลตำบลแขวง", "thesaban_tambon_m", "ธารทอง"),
            ]
        )
        round_ = shelves.rounds.add(Round(0, year, Stage.OPEN, paper.digest, rehearsal, closes_on))
        shelves.rounds.add_assessments(round_.id, [(each.id, staff, 1000) for each in shelves.agencies.every()])
        found = {each.agency.code: each for each in shelves.rounds.assessments(year)}
        codes = {}
        for place, code in enumerate(sorted(found)):
            for number, instrument in enumerate((Instrument.IIT, Instrument.EIT)):
                codes[code, instrument] = make_code(partial(_always, place * 2 + number + 3))
        shelves.links.add(
            (link, found[agency].id, instrument, Channel.OPEN) for (agency, instrument), link in codes.items()
        )
    assert len(set(codes.values())) == 4
    assert set("".join(codes.values())) <= set(ALPHABET)
    return SmallRound(year, found, codes)


def _always(sign: int, below: int) -> int:
    return sign % below


def a_response(
    instrument: Instrument = Instrument.EIT, *, number: int = 1, choice: int = 1, answers: bytes | None = None
) -> Response:
    """A complete response of FY2564; ``number`` makes its id. Without answers, the same ``choice`` everywhere."""
    length = 51 if instrument is Instrument.IIT else len(LIBRARY.paper(2564).eit.sub_questions)
    part = 0 if instrument is Instrument.IIT else 1
    return Response(number.to_bytes(16, "big"), instrument, part, answers or bytes([choice]) * length)
