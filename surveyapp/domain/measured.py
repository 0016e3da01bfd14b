"""What the attackers of this project found, as the trust page tells it. Filled in by hand from the commands named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from surveyapp.domain.problems import N_

MEASURED_ON: Final = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Measured:
    """One attack: what somebody tried, what came of it, and the command that tries it again."""

    tried: str
    found: str
    command: str


MEASURED: Final = (
    Measured(
        N_("Whoever saw people go and answer names who gave the lowest marks, from the database after a night"),
        N_("no better than guessing, in 2,400 offices of 8 to 200 people, on either database"),
        "python -m bench timing",
    ),
    Measured(
        N_("The same from the live database before the night, which only an operator can read"),
        N_("always right on PostgreSQL, often in small offices on SQLite: that is why it forgets every night"),
        "python -m bench timing",
    ),
    Measured(
        N_("The same after a night from PostgreSQL's own log of writes, where it was not set up to be emptied"),
        N_("always right; where it is set up as docs/operating.md says, nothing is left in it"),
        "python -m bench timing",
    ),
    Measured(
        N_("The same with a backup of every evening"),
        N_("better than guessing in small offices: the day is known"),
        "python -m bench timing",
    ),
    Measured(
        N_("Working out from everything published what one or two people said (10,000 small rounds)"),
        N_("379,178 such counts, none worked out"),
        "python -m bench differencing",
    ),
    Measured(
        N_("Finding a mark of a visit (address, device, code, what was typed) in any file written"),
        N_("none"),
        "tests/trust/test_marks.py",
    ),
    Measured(
        N_("Answering twice with one slip: 27 tries for each of 40 slips, one of three servers killed meanwhile"),
        N_("none answered twice, none was spent without an answer"),
        "tests/trust/test_code_races.py",
    ),
)
