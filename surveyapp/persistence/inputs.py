"""What an assessment's score is made from, gathered from several shelves."""

from __future__ import annotations

from surveyapp.domain.checklist import fold, marks
from surveyapp.domain.paper import EitParts, Instrument, Paper
from surveyapp.domain.places import Assessment
from surveyapp.domain.sample import minimum_sample, rule_for
from surveyapp.domain.scoring import Inputs
from surveyapp.persistence.store import Shelves


def inputs_of(shelves: Shelves, assessment: Assessment, paper: Paper) -> Inputs:
    """Tallies, marks and minimum samples of an assessment, as they stand in this transaction."""
    tally = shelves.responses.tally
    part_2 = None if paper.settings.eit_parts is EitParts.ONE else tally(assessment.id, paper.eit, 2)
    return Inputs(
        iit=tally(assessment.id, paper.iit, 0),
        eit=tally(assessment.id, paper.eit, 1),
        eit2=part_2,
        marks=marks(fold(shelves.checklists.history(assessment.id))),
        required=required_of(assessment, paper),
    )


def required_of(assessment: Assessment, paper: Paper) -> dict[Instrument, int]:
    """The minimum sample of each survey instrument, where the paper has a rule."""
    rules = {each: rule_for(paper, each, assessment.agency.kind) for each in (Instrument.IIT, Instrument.EIT)}
    return {each: minimum_sample(rule, assessment.eligible(each)) for each, rule in rules.items() if rule}
