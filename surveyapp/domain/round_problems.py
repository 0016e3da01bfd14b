"""Refusals about the calendar of a round, its numbers, the roster and the journal."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem

# --- the calendar ----------------------------------------------------------------------------------


class ChecklistNotOpen(Problem):
    sentence = N_("The round is still being prepared. The checklist opens with it.")
    status = 409


class PhaseNotYet(Problem):
    sentence = N_("This is not the time for it: %(phase)s runs from %(first)s to %(last)s. Come back then.")
    status = 409


class PhaseOver(Problem):
    sentence = N_("The time for it is over: %(phase)s ended on %(last)s. Ask the national office if dates must move.")
    status = 409


class PhaseUnknown(Problem):
    sentence = N_("There is no phase “%(typed)s”. There are: %(known)s.")


class DayUnreadable(Problem):
    sentence = N_("“%(typed)s” is no day. Write it as 2026-03-01, or as 1/3/2569.")


class PhaseBackwards(Problem):
    sentence = N_("The phase “%(phase)s” would end before it begins. Correct one of the days.")


class PhaseFarAway(Problem):
    sentence = N_("The phase “%(phase)s” would be far from fiscal year %(year)s. Check the year of the days.")


class PhasesOutOfOrder(Problem):
    sentence = N_("“%(later)s” would come before its time: “%(earlier)s” comes first. Move one of them.")


class ReasonNeeded(Problem):
    sentence = N_("A reason is needed, because others have planned by what stands now. Write one.")


class RoundNotPrepared(Problem):
    sentence = N_("The round of fiscal year %(year)s is not being prepared. Prepare it first.")
    status = 409


class RoundReleased(Problem):
    sentence = N_("The results of fiscal year %(year)s are announced, so this can no longer be changed.")
    status = 409


class NothingHeldBack(Problem):
    sentence = N_("No results of fiscal year %(year)s wait to be announced. Close the round first.")
    status = 409


class AgencyWithoutNumbers(Problem):
    sentence = N_("%(agency)s %(name)s has not told how many people may answer.")
    status = 409


class AgenciesWithoutNumbers(Problem):
    sentence = N_("And %(n)s more. Wait for their numbers, or open the round without them.")
    status = 409


class StepUnknown(Problem):
    sentence = N_("There is no such step. Go back and use the buttons of the page.")


class AlreadyProposed(Problem):
    sentence = N_("%(who)s has proposed this already. A second person confirms it.")
    status = 409


class NothingProposed(Problem):
    sentence = N_("Nobody has proposed this, or it was taken back. Propose it first.")
    status = 409


class SecondPersonNeeded(Problem):
    sentence = N_("You proposed this yourself. A second person of the national office confirms it.")
    status = 403


# --- numbers ---------------------------------------------------------------------------------------


class CountUnreadable(Problem):
    sentence = N_("%(what)s: “%(typed)s” is not a number of people. Write a whole number from 1 to %(most)s.")


class CountMissing(Problem):
    sentence = N_("%(what)s: nothing is written. Write how many people there are.")


class NumbersFixed(Problem):
    sentence = N_("The round has begun, so the numbers stand. Only the national office changes them, with a reason.")
    status = 409


class NumbersFrozen(Problem):
    sentence = N_("The round is closed and its results are frozen, so its numbers can no longer be changed.")
    status = 409


# --- the roster ------------------------------------------------------------------------------------


class RowCodeMissing(Problem):
    sentence = N_("Row %(row)s, column %(column)s: the agency’s code is missing. Write it.")


class RowCodeUnsound(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: “%(typed)s” cannot be a code. "
        "Use up to 20 of the letters A–Z, digits, hyphen and underscore."
    )


class RowCodeTwice(Problem):
    sentence = N_("Row %(row)s, column %(column)s: code %(agency)s was already given in row %(first)s. Keep one row.")


class RowCellMissing(Problem):
    sentence = N_("Row %(row)s, column %(column)s: nothing is written. Fill it in.")


class RowCellOdd(Problem):
    sentence = N_("Row %(row)s, column %(column)s: it holds a sign nobody can see. Type the cell anew.")


class RowKindUnknown(Problem):
    sentence = N_("Row %(row)s, column %(column)s: there is no kind “%(typed)s”. Choose one of the template’s list.")


class RowKindUnlike(Problem):
    sentence = N_("Row %(row)s, column %(column)s: there is no kind “%(typed)s”. Perhaps “%(meant)s” is meant.")


class RowKindWithoutSize(Problem):
    sentence = N_("Row %(row)s, column %(column)s: “%(typed)s” needs its size: large, medium or small.")


class RowProvinceUnknown(Problem):
    sentence = N_("Row %(row)s, column %(column)s: there is no province “%(typed)s”. Write its full name.")


class RowProvinceUnlike(Problem):
    sentence = N_("Row %(row)s, column %(column)s: there is no province “%(typed)s”. Perhaps “%(meant)s” is meant.")


class RowCountUnreadable(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: “%(typed)s” is not a number of people. "
        "Write a whole number from 1 to %(most)s, or leave it empty."
    )


class RowKindFixed(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: %(agency)s is in an open round, and its kind decides "
        "how many answers it needs. Leave it as “%(stands)s” until the round is closed."
    )
    status = 409


class RosterMoved(Problem):
    sentence = N_("The roster was changed by somebody else meanwhile. Send the file again and look at what differs.")
    status = 409


class NothingDiffers(Problem):
    sentence = N_("The file says what the roster says already. There is nothing to keep.")
    status = 409


# --- the journal -----------------------------------------------------------------------------------


class HeadUnreadable(Problem):
    sentence = N_("“%(typed)s” is no head of a journal. Give it as it was printed: the line, a colon, 64 signs.")


class NoMail(Problem):
    sentence = N_("No mail is set up, so nothing was sent. Without --send the texts are printed.")
    status = 409
