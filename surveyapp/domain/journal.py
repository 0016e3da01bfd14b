"""The lines of the journal, the names of their acts, and the head that stands for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from surveyapp.domain.problems import N_
from surveyapp.domain.round_problems import HeadUnreadable

NIGHT: Final = "night"  # the act of the nightly step
BEGINNING: Final = "0" * 64
_HEAD: Final = re.compile(r"([0-9]{1,9}):([0-9a-f]{64})", re.ASCII)

# What is said of an act; one that is not here is shown by its own name.
ACTS: Final[Mapping[str, str]] = {
    "add_link": N_("Made a link"),
    "ask_recovery": N_("Asked for a link to set the password anew"),
    "ask_again": N_("Asked for another look at an item"),
    "ask_approval": N_("Asked the head to sign"),
    "change_roster": N_("Changed the roster"),
    "choose_way": N_("Chose how staff answer"),
    "close_round": N_("Closed the round"),
    "decide_items": N_("Decided checklist items"),
    "drop_factor": N_("Removed a second factor"),
    "end_sign_ins": N_("Ended sign-ins"),
    "forget_answers": N_("Removed the answers of a round"),
    "invite": N_("Invited a person"),
    "issue_codes": N_("Printed slips"),
    "new_recovery_codes": N_("Made new recovery codes"),
    "pause_link": N_("Paused a link"),
    "publish_results": N_("Published the results"),
    "put_emblem": N_("Chose an emblem"),
    "remove_emblem": N_("Removed the emblem"),
    "rename_link": N_("Renamed a link"),
    "replace_link": N_("Replaced a link"),
    "resume_link": N_("Had a link take answers again"),
    "set_password": N_("Set a password"),
    "set_up_factor": N_("Set up a second factor"),
    "use_recovery_code": N_("Used a recovery code"),
    "make_backup": N_("Made a backup"),
    "restore_backup": N_("Restored a backup"),
    "demo": N_("Filled in made-up data"),
    "file_evidence": N_("Filed evidence"),
    "import_paper": N_("Put an instrument in use"),
    "move_phase": N_("Set or moved a phase"),
    NIGHT: N_("Forgot in which order answers came"),
    "note_visit": N_("Noted a visit"),
    "open_round": N_("Opened the round"),
    "prepare_round": N_("Prepared the round"),
    "propose_close": N_("Proposed to close the round"),
    "propose_release": N_("Proposed to announce the results"),
    "release_results": N_("Announced the results"),
    "return_approval": N_("Head returned the work"),
    "sign_approval": N_("Head signed"),
    "remind": N_("Sent reminders"),
    "sign_in": N_("Signed in"),
    "tell_numbers": N_("Told the numbers of people"),
    "withdraw_close": N_("Took back the proposal to close"),
    "withdraw_release": N_("Took back the proposal to announce"),
}
# What the facts of a line are called; one that is not here keeps its own name.
FACTS: Final = {
    "agencies": N_("agencies"),
    "agency": N_("agency"),
    "changed": N_("changed"),
    "channel": N_("channel"),
    "contacts": N_("contacts"),
    "day": N_("day"),
    "digest": N_("digest"),
    "from": N_("was"),
    "item": N_("item"),
    "items": N_("items"),
    "link": N_("link"),
    "log": N_("log of writes"),
    "name": N_("name"),
    "new": N_("new"),
    "phase": N_("phase"),
    "proposed_by": N_("proposed by"),
    "province": N_("province"),
    "reason": N_("reason"),
    "region": N_("region"),
    "responses": N_("responses"),
    "role": N_("role"),
    "staff": N_("staff"),
    "to": N_("is now"),
    "unchanged": N_("unchanged"),
}
# What facts say in a word of ours; other words are names, and stay.
WORDS: Final = {"emptied": N_("emptied"), "kept": N_("kept")}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, who, which act on what, and its facts."""

    seq: int
    at: datetime
    who: str
    act: str
    subject: str
    facts: Mapping[str, Any]
    hash: str

    @property
    def said(self) -> str:
        """The act in an English sentence to be translated; its own name where there is none."""
        return ACTS.get(self.act, self.act)


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The last line at some time: its number (0: no line yet) and its hash, which holds all before it."""

    seq: int = 0
    hash: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def parse_head(typed: str) -> Head:
    """A head as it was printed; refuses anything else."""
    match = _HEAD.fullmatch(typed.strip().casefold())
    if match is None:
        raise HeadUnreadable(typed=typed.strip()[:80])
    return Head(int(match[1]), match[2])
