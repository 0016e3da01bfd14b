"""Agencies joining a round: their assessments and links."""

from __future__ import annotations

from collections.abc import Callable

from surveyapp.domain.link_code import make_code
from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Channel, Round
from surveyapp.persistence.store import Shelves


def join(shelves: Shelves, round_: Round, draw: Callable[[int], int]) -> int:
    """Put every agency that is not in a round yet into it, each with its links. Comes back with how many."""
    there = {each.agency.id for each in shelves.rounds.assessments(round_.fiscal_year)}
    new = [agency.id for agency in shelves.agencies.every() if agency.id not in there]
    shelves.rounds.add_assessments(round_.id, [(agency, None, None) for agency in new])
    joined = [each for each in shelves.rounds.assessments(round_.fiscal_year) if each.agency.id in set(new)]
    shelves.links.add(
        (make_code(draw), each.id, instrument, Channel.OPEN)
        for each in joined
        for instrument in (Instrument.IIT, Instrument.EIT)
    )
    return len(new)
