"""Refusals of a workbook or a folder that is to become the paper in use."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class WorkbookNeeded(Problem):
    sentence = N_(
        "This is not an .xlsx workbook. Start from one written by: surveyapp instruments export YEAR FILE.xlsx"
    )


class SheetUnsound(Problem):
    sentence = N_("Sheet %(sheet)s: %(fault)s")


class CellUnsound(Problem):
    sentence = N_("Sheet %(sheet)s, row %(row)s, column %(column)s: %(fault)s")


class StructureFixed(Problem):
    sentence = N_(
        "%(place)s: the rules of fiscal year %(year)s are verified, so only texts may change. "
        "Here it is “%(before)s”, and “%(after)s” was given."
    )


class RoundStillOpen(Problem):
    sentence = N_(
        "The round of fiscal year %(year)s is not closed, and people are answering the paper it was opened with. "
        "Nothing was changed; close the round first."
    )
    status = 409


class NewYearNotDraft(Problem):
    sentence = N_("There is no paper of fiscal year %(year)s yet. A new one comes in as a draft: write status = draft.")


class PaperMoved(Problem):
    sentence = N_(
        "The paper of fiscal year %(year)s was changed by somebody else just now. Look at it and import again."
    )
    status = 409
