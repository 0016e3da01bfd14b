"""Signs: what the answers of an agency look like, for assessors and for whoever supervises. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from surveyapp.domain.integrity import Told, told
from surveyapp.domain.paper import Instrument, Questionnaire
from surveyapp.domain.people import Act, Person, may, place_of
from surveyapp.domain.places import Assessment, Stage
from surveyapp.domain.problems import NotAllowed
from surveyapp.instruments.library import Library
from surveyapp.persistence.store import Shelves, Store

_PARTS: Final = ((Instrument.IIT, 0), (Instrument.EIT, 1), (Instrument.EIT, 2))


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the answers of one questionnaire look like. eit_part: 0 for the IIT."""

    questionnaire: Questionnaire
    eit_part: int
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Signs:
    """What assessors and supervisors see beside a score; nothing is left out or weighed less because of it."""

    store: Store
    library: Library

    def of(self, person: Person, year: int, agency: str) -> list[Remarks]:
        """Of the questionnaires that have enough answers; none while a real round is not closed."""
        with self.store.reading() as shelves:
            assessment = self._own(shelves, person, year, agency)
            if assessment.round.stage is not Stage.CLOSED and not assessment.round.rehearsal:
                return []
            given = {key: shelves.responses.vectors(assessment.id, *key) for key in _PARTS}
            days = shelves.responses.days(assessment.id)
        paper = self.library.bound(assessment.round)
        found = []
        for key, vectors in given.items():
            other = given[Instrument.EIT, 2] if key == (Instrument.EIT, 1) else {}
            questionnaire = paper.questionnaire(key[0])
            seen = told(questionnaire, paper.release, vectors, other=other, days=days.get(key, ()))
            found.append(Remarks(questionnaire, key[1], seen))
        return [each for each in found if each.told]

    def _own(self, shelves: Shelves, person: Person, year: int, agency: str) -> Assessment:
        assessment = shelves.rounds.assessment(year, agency)
        if not may(person, Act.SEE_SIGNS, place_of(assessment.agency)):
            raise NotAllowed()
        return assessment
