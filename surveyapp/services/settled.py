"""Frozen results: what they were made from, and that they would come out the same today."""

from __future__ import annotations

import json

from surveyapp.domain.levels import as_seen
from surveyapp.domain.paper import Instrument, Level, Paper
from surveyapp.domain.problems import PaperChanged
from surveyapp.domain.score_document import parse_inputs
from surveyapp.domain.scoring import Inputs
from surveyapp.domain.steps import Score
from surveyapp.persistence.results import Frozen


def thawed(paper: Paper, frozen: Frozen) -> Inputs:
    """The inputs as they were when the round closed, minimum samples included."""
    kept = json.loads(frozen.inputs)
    required = {Instrument(code): n for code, n in kept["required"].items()}
    return parse_inputs(paper, kept["document"]).requiring(required)


def refuse_changed(paper: Paper, frozen: Frozen, total: Score, level: Level | None) -> None:
    """Refuse when a frozen result would come out otherwise today: nobody is shown two answers to one question."""
    if (frozen.total, frozen.level) != (as_seen(total), level.code if level else None):
        raise PaperChanged(year=paper.fiscal_year)
