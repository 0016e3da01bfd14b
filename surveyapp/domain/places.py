"""Rounds, agencies, assessments and links: what an answer and a score belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from surveyapp.domain.paper import Instrument

RECEIPTS: Final = frozenset({Instrument.EIT})  # of a round that says nothing else; docs/adr/0009 says why


class Stage(StrEnum):
    """Where a round is in its year."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Round:
    """One fiscal year's assessment. ``digest`` binds it to the exact paper it was opened with.

    rehearsal: made-up data, or practice; results show while it is open because nobody real answered.
    opens_on, closes_on: first and last day answers are taken; None: no such bound. held_back: it is closed,
    and its results wait to be announced.
    receipts: the instruments whose respondents may have a receipt, settled when the round opens.
    """

    id: int
    fiscal_year: int
    stage: Stage
    digest: str
    rehearsal: bool
    closes_on: date | None
    opens_on: date | None = None
    held_back: bool = False

    @property
    def is_released(self) -> bool:
        """Whether the public may read its results."""
        return self.rehearsal or (self.stage is Stage.CLOSED and not self.held_back)

    receipts: frozenset[Instrument] = RECEIPTS


@dataclass(frozen=True, slots=True)
class Agency:
    """A public body. ``kind`` is the code the minimum-sample rules go by; district: the อำเภอ it is in."""

    id: int
    code: str
    name: str
    kind: str
    province: str
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """One agency in one round. eligible_*: how many people may answer; None: not told yet.

    by_code: the IIT is answered with single-use access codes, instead of by everybody who has the link.
    """

    id: int
    round: Round
    agency: Agency
    eligible_iit: int | None
    eligible_eit: int | None
    by_code: bool = False

    def eligible(self, instrument: Instrument) -> int | None:
        """How many people may answer this instrument."""
        return self.eligible_iit if instrument is Instrument.IIT else self.eligible_eit


class Channel(StrEnum):
    """How a link reaches people. Answers from the field team are EIT part 2."""

    OPEN = "open"
    FIELD = "field"
    KIOSK = "kiosk"  # a shared device at a counter: the page keeps nothing between two people
    COUNTER = "counter"
    LINE = "line"
    WEBSITE = "website"


# Counters beside those of the channels: answers that may be somebody's second. See docs/privacy.md.
AGAIN: Final = "again"
CROWD: Final = "crowd"


@dataclass(frozen=True, slots=True)
class Link:
    """The shared address of one instrument for one agency and channel.

    name: what the agency calls it, such as a counter; may be empty. replaced: another took its place for good,
    and who opens it is told so.
    """

    code: str
    assessment: Assessment
    instrument: Instrument
    channel: Channel
    paused: bool
    name: str = ""
    replaced: bool = False

    @property
    def is_watched(self) -> bool:
        """Whether second answers are noticed here: on the public's own phones, never among staff."""
        return self.instrument is Instrument.EIT and self.channel not in (Channel.FIELD, Channel.KIOSK)

    @property
    def needs_code(self) -> bool:
        """Whether only holders of an access code answer here."""
        return self.instrument is Instrument.IIT and self.assessment.by_code

    @property
    def gives_receipt(self) -> bool:
        """Whether people get a receipt here: on their own phones, where the round gives any; never on a shared one."""
        return self.instrument in self.assessment.round.receipts and self.channel is Channel.OPEN

    @property
    def eit_part(self) -> int:
        """The part an answer belongs to: see ``eit_part_of``."""
        return eit_part_of(self.instrument, self.channel)


def eit_part_of(instrument: Instrument, channel: Channel) -> int:
    """The part an answer belongs to: 0 for the IIT, else 1 (the public) or 2 (the field team)."""
    if instrument is Instrument.IIT:
        return 0
    return 2 if channel is Channel.FIELD else 1
