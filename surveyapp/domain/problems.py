"""Refusals. Each says what is wrong and what to do next, and carries its facts.

``sentence`` is the English message; doors and commands translate it and fill in the facts. Nothing
else in the program words a refusal, so that a page and a command say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeAlias

from surveyapp.domain.paper import Text

Fact: TypeAlias = str | int | Text


def N_(sentence: str) -> str:  # noqa: N802 - the name Babel looks for when it collects sentences
    """Mark a sentence for translation; it is translated where it is shown."""
    return sentence


class Problem(Exception):
    """A refusal with its facts. ``status`` is its HTTP status."""

    sentence: ClassVar[str] = ""
    status: ClassVar[int] = 422

    def __init__(self, **facts: Fact) -> None:
        super().__init__()
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        return self.sentence % {name: _plain(fact) for name, fact in self.facts.items()}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Problem) and self.facts == other.facts

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted((name, str(fact)) for name, fact in self.facts.items()))))


class Problems(Exception):
    """Everything that is wrong with one input, all at once, in the order of the input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def every_problem() -> Iterable[type[Problem]]:
    """Every kind of refusal there is; for the catalogue and the tests of the house."""
    found: list[type[Problem]] = []
    left = Problem.__subclasses__()
    while left:
        kind = left.pop()
        found.append(kind)
        left.extend(kind.__subclasses__())
    return [kind for kind in found if kind.sentence]


def _plain(fact: Fact) -> str | int:
    return fact.en if isinstance(fact, Text) else fact


# --- answering -------------------------------------------------------------------------------------


class LinkUnknown(Problem):
    sentence = N_("There is no questionnaire with the code %(code)s. Compare it with the poster, letter by letter.")
    status = 404


class RoundNotOpen(Problem):
    sentence = N_("This questionnaire is not open yet. Please come back when the agency announces it.")
    status = 403


class RoundClosed(Problem):
    sentence = N_("This questionnaire is closed, so no more answers are taken. Thank you for coming.")
    status = 410


class LinkPaused(Problem):
    sentence = N_("This link is paused. Please ask the agency for its new poster.")
    status = 410


class LinkReplaced(Problem):
    sentence = N_("This poster is out of date: the agency has a newer one. Please ask for it; it takes a minute.")
    status = 410


class QuestionUnanswered(Problem):
    sentence = N_("Question %(place)s has no answer yet. Choose one.")


class ChoiceUnknown(Problem):
    sentence = N_("The answer to question %(place)s is not one of its choices. Choose one again.")


class AnsweredTwice(Problem):
    sentence = N_("Question %(place)s came with two answers. Choose one.")


class ResponseIdMissing(Problem):
    sentence = N_("The page lost its number, so we could not tell a second sending from a first. Send it once more.")


class OtherQuestionnaire(Problem):
    sentence = N_("These answers belong to another version of the questionnaire. Check them and send once more.")


class AnsweredDifferently(Problem):
    sentence = N_(
        "This page was already received with other answers. The first answers stand; nothing was changed. "
        "To answer as another person, open the link again."
    )
    status = 409


class TooLarge(Problem):
    sentence = N_("What was sent is far larger than this page can be. Open the link again and answer once more.")
    status = 413


class ForeignPage(Problem):
    sentence = N_("These answers were sent from another website. Open the link of the agency and answer there.")
    status = 403


# --- years and papers ------------------------------------------------------------------------------


class YearUnreadable(Problem):
    sentence = N_("“%(typed)s” is not a fiscal year. Type a Buddhist year of four digits, such as 2569.")


class YearIsCommonEra(Problem):
    sentence = N_("%(typed)s looks like a year of the common era. In the Buddhist era it is %(meant)s; type that.")


class YearWithoutPaper(Problem):
    sentence = N_("There are no instruments for fiscal year %(year)s. There are some for %(known)s.")
    status = 404


class NoCrosswalk(Problem):
    sentence = N_("There is no crosswalk from the year before into fiscal year %(year)s.")
    status = 404


class PaperChanged(Problem):
    sentence = N_(
        "The instruments of fiscal year %(year)s are not the ones this round was opened with. "
        "Nothing is shown or taken until the operator puts the right ones back."
    )
    status = 503


class PaperUnsound(Problem):
    sentence = N_("%(place)s: %(fault)s")


# --- files -----------------------------------------------------------------------------------------


class FileMissing(Problem):
    sentence = N_("No file was chosen. Choose the filled-in template, then send it.")


class FileTooLarge(Problem):
    sentence = N_("The file is larger than %(limit_megabytes)s MB. Remove pictures and spare sheets, then try again.")
    status = 413


class FileNotReadable(Problem):
    sentence = N_("The file cannot be read as a spreadsheet. Save it as .xlsx or .csv (UTF-8), then send it again.")


class FileEmpty(Problem):
    sentence = N_("The file holds no rows. Download the template again and fill it in.")


class FileSuspicious(Problem):
    sentence = N_("The file unpacks to far more than it should. Copy its cells into a fresh template and send that.")


class CellIsFormula(Problem):
    sentence = N_("Cell %(cell)s holds a formula. Copy it and paste it back as a value.")


# --- the checklist ---------------------------------------------------------------------------------


class ColumnMissing(Problem):
    sentence = N_("The column “%(column)s” is missing. Keep the heading row of the template.")


class ColumnTwice(Problem):
    sentence = N_("The column “%(column)s” is there twice. Keep one of them.")


class RowItemMissing(Problem):
    sentence = N_("Row %(row)s, column %(column)s: the item code is missing. Write a code such as O1.")


class RowItemUnknown(Problem):
    sentence = N_("Row %(row)s, column %(column)s: there is no item “%(typed)s” in fiscal year %(year)s.")


class RowItemTwice(Problem):
    sentence = N_("Row %(row)s, column %(column)s: item %(item)s was already given in row %(first)s. Keep one row.")


class RowYearWrong(Problem):
    sentence = N_("Row %(row)s, column %(column)s: the year is %(typed)s but this round is %(year)s. Correct it.")


class RowYearCommonEra(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: %(typed)s looks like a year of the common era. "
        "In the Buddhist era it is %(meant)s; this round is %(year)s. Correct it."
    )


class RowLinkUnsound(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: “%(typed)s” is not a web address. "
        "Copy the whole address, beginning with https://"
    )


class RowMarkUnknown(Problem):
    sentence = N_("Row %(row)s, column %(column)s: “%(typed)s” is not a mark. Write pass or fail.")


class RowReasonMissing(Problem):
    sentence = N_("Row %(row)s, column %(column)s: item %(item)s fails without a reason. Write the reason.")


class RowMarkNotYours(Problem):
    sentence = N_("Row %(row)s, column %(column)s: only assessors fill in this column. Leave it empty.")


class RowItemDecided(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: item %(item)s has been decided, so its evidence can no longer be changed."
    )
    status = 409


class RowEvidenceGone(Problem):
    sentence = N_(
        "Row %(row)s, column %(column)s: item %(item)s had evidence, and the cell is now empty. "
        "Evidence cannot be taken back; put the address back or a better one."
    )


class RowTooLong(Problem):
    sentence = N_("Row %(row)s, column %(column)s: longer than %(limit)s characters. Shorten it.")


class MarkMissing(Problem):
    sentence = N_("Item %(item)s has a reason but no decision. Choose pass or fail.")


class ReasonMissing(Problem):
    sentence = N_("Item %(item)s fails without a reason. Write the reason, so that the agency can mend it.")


class ReasonTooLong(Problem):
    sentence = N_("The reason of item %(item)s is longer than %(limit)s characters. Shorten it.")


class ItemAlreadyDecided(Problem):
    sentence = N_("Item %(item)s has been decided, so its evidence can no longer be changed.")
    status = 409


class NothingToKeep(Problem):
    sentence = N_("No row holds anything to keep. Fill in at least one address, note or mark.")


class UploadExpired(Problem):
    sentence = N_("The checked rows are no longer at hand. Choose the file and send it again.")
    status = 410


# --- people and places -----------------------------------------------------------------------------


class SignInFailed(Problem):
    sentence = N_("The name or the password is not right. Check the language of the keyboard and try again.")
    status = 401


class SignInNeeded(Problem):
    sentence = N_("Please sign in first.")
    status = 401


class NotAllowed(Problem):
    sentence = N_("Your account may not do this here. Ask the person who looks after accounts.")
    status = 403


class FormExpired(Problem):
    sentence = N_("The page was open for too long. Go back, load it again and repeat the last step.")
    status = 400


class AgencyUnknown(Problem):
    sentence = N_("There is no agency with the code %(code)s.")
    status = 404


class RoundUnknown(Problem):
    sentence = N_("There is no round of fiscal year %(year)s.")
    status = 404


class NoRounds(Problem):
    sentence = N_("There are no rounds yet. Open one with: surveyapp rounds open YEAR")
    status = 404


class NoAgencies(Problem):
    sentence = N_("There are no agencies yet, so a round would be empty. Bring in the roster first.")
    status = 409


class RoundAlreadyOpen(Problem):
    sentence = N_("The round of fiscal year %(year)s is already open.")
    status = 409


class RoundNotClosed(Problem):
    sentence = N_("The round of fiscal year %(year)s is not closed with every result frozen, so its answers stay.")
    status = 409


class RoundNotClosing(Problem):
    sentence = N_("The round of fiscal year %(year)s is not open, so it cannot be closed.")
    status = 409


class ResultNotReleased(Problem):
    sentence = N_("The result of this round is not announced yet. While answers come in, nothing is shown.")
    status = 403


class RealRoundsHere(Problem):
    sentence = N_("This database holds real rounds, so no made-up data is written into it. Use an empty one.")
    status = 409


class RehearsalHere(Problem):
    sentence = N_(
        "This database holds a made-up province whose passwords everybody knows. Open real rounds in another."
    )
    status = 409


class DatabaseMissing(Problem):
    sentence = N_("The database is not ready. Run: surveyapp init-db")
    status = 503


class EmblemUnreadable(Problem):
    sentence = N_(
        "The emblem cannot be read. Save it as a PNG that is not interlaced, "
        "of at most 2 MB and 3,000 pixels a side, then try again."
    )


class EmblemOfOne(Problem):
    sentence = N_("An emblem belongs to one agency, but none is named. Name the agency too.")


class NothingToPrint(Problem):
    sentence = N_(
        "No link of fiscal year %(year)s fits this choice, so there is nothing to print. "
        "Check the province, the agency, the instrument and the channel."
    )
    status = 404


class TooManyToPrint(Problem):
    sentence = N_("%(n)s posters are too many for one file; it holds up to %(limit)s. Choose a province.")


class FileNotWritten(Problem):
    sentence = N_("%(file)s cannot be written: %(why)s. Choose another place.")


class NoPapers(Problem):
    sentence = N_("There are no papers in %(folder)s. A paper is a folder named by its year with four files.")


class PortTaken(Problem):
    sentence = N_("Port %(port)s is taken, or not for us. Choose another, such as: make run PORT=8001")


class NotNow(Problem):
    sentence = N_("The system is too busy just now, and nothing was kept. Please send it again in half a minute.")
    status = 503


class NotKnown(Problem):
    sentence = N_(
        "We cannot tell whether this was kept. Please send this same page once more; that is safe, it is counted once."
    )
    status = 503


class ChecklistClosed(Problem):
    sentence = N_("The round is closed, so nothing in the checklist can be changed any more.")
    status = 409


class PageUnknown(Problem):
    sentence = N_("There is no page at this address.")
    status = 404


class MethodUnknown(Problem):
    sentence = N_("This address does not take what was sent. Go back and use the buttons of the page.")
    status = 405


class Trouble(Problem):
    sentence = N_("Something broke on our side. What you sent was not kept; please try again in a moment.")
    status = 500
