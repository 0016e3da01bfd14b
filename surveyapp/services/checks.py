"""Whether a step is allowed: by the stage and calendar of a round, and by what a person may do everywhere."""

from __future__ import annotations

from datetime import date
from typing import Final

from surveyapp.domain.calendar import Phase
from surveyapp.domain.people import Act, Person, may_everywhere
from surveyapp.domain.places import Round, Stage
from surveyapp.domain.problems import ChecklistClosed, NotAllowed
from surveyapp.domain.round_problems import ChecklistNotOpen
from surveyapp.persistence.store import Shelves

OPERATOR: Final = "operator"  # whoever works at the command line, as the journal names them


def refuse_unless_due(shelves: Shelves, round_: Round, day: date, phase: Phase, *also: Phase) -> None:
    """Refuse work on a checklist outside its round, or outside its phases where they have dates."""
    if round_.stage is Stage.CLOSED:
        raise ChecklistClosed()
    if round_.stage is Stage.PREPARED:
        raise ChecklistNotOpen()
    shelves.calendars.of(round_.id).refuse_outside(day, phase, *also)


def signed(person: Person | None, act: Act) -> str:
    """The name for the journal. Refuses a person without the act everywhere; None is the operator."""
    if person is not None and not may_everywhere(person, act):
        raise NotAllowed()
    return person.sign_in_name if person else OPERATOR
