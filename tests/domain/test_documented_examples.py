"""The worked examples of docs/scoring.md are computed here as they are written there."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from surveyapp.domain.levels import level
from surveyapp.domain.paper import Instrument
from surveyapp.domain.scoring import Inputs, score
from surveyapp.domain.steps import shown
from surveyapp.instruments.library import Library

TEXT = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text("utf-8")
LIBRARY = Library()


def test_the_letters_example() -> None:
    written = re.search(r"indicators ([\d. |]+)\.\n", TEXT)
    assert written is not None
    numbers = [Decimal(number) for number in re.findall(r"\d+\.\d+", written[1])]
    given = Inputs(indicators={str(n): number for n, number in enumerate(numbers, start=1)})
    result = score(LIBRARY.paper(2564), given)
    steps = result.instruments()
    for instrument, name in ((Instrument.IIT, "IIT"), (Instrument.EIT, "EIT"), (Instrument.OIT, "OIT")):
        told = re.search(rf"{name} = [^=]*= ([\d.]+)\. ?", TEXT)
        assert told is not None
        assert steps[instrument].score == Decimal(told[1].rstrip("."))
    total = re.search(r"= ([\d.]+), shown ([\d.]+), level (\w+)", TEXT)
    assert total is not None
    found = level(result)
    assert isinstance(result.total, Decimal)
    assert (result.total, shown(result.total)) == (Decimal(total[1]), Decimal(total[2]))
    assert found is not None
    assert found.code == total[3]


def test_the_gates_example() -> None:
    written = re.search(r"FY2568\): IIT ([\d.]+), EIT ([\d.]+), OIT ([\d.]+)\.", TEXT)
    assert written is not None
    given = Inputs(
        instruments={each: Decimal(number) for each, number in zip(Instrument, written.groups(), strict=True)}
    )
    result = score(LIBRARY.paper(2568), given)
    told = re.search(r"= ([\d.]+), shown ([\d.]+); .* so the level is (\S+)\.", TEXT)
    assert told is not None
    found = level(result)
    assert found is not None
    assert isinstance(result.total, Decimal)
    assert (result.total, shown(result.total), found.name.th) == (Decimal(told[1]), Decimal(told[2]), told[3])
