"""Refusals about the head's approval, and about another look at a failed item."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem

# --- the head's approval ---------------------------------------------------------------------------


class AlreadyAsked(Problem):
    sentence = N_("The head has been asked, or has signed. Wait for the answer, or ask the head to return it.")
    status = 409


class NothingAsked(Problem):
    sentence = N_("Nobody has asked for a signature. The coordinator says first that the work is ready.")
    status = 409


class NothingToReturn(Problem):
    sentence = N_("There is nothing to return: nobody has asked, or it was returned already. Load the page again.")
    status = 409


class AlreadySigned(Problem):
    sentence = N_("You have signed this very content already. There is nothing more to do.")
    status = 409


class ContentMoved(Problem):
    sentence = N_("What will be sent has changed since you opened the page. Look at it again, then sign.")
    status = 409


class NoteMissing(Problem):
    sentence = N_("Nothing is written about what to mend. Write it, so that the coordinator knows.")


class NoteTooLong(Problem):
    sentence = N_("The note has %(n)s characters. Shorten it to at most %(limit)s.")


class SignedOff(Problem):
    sentence = N_("The head has signed, so nothing more is filed. Ask the head to return it if something must change.")
    status = 409


# --- another look at a failed item -----------------------------------------------------------------


class ItemNotFailed(Problem):
    sentence = N_("Item %(item)s was not decided as failed, so there is nothing to ask about. Choose another item.")
    status = 409


class ItemDecidedFinally(Problem):
    sentence = N_("Item %(item)s was looked at a second time, and that decision is final.")
    status = 409


class ClarificationMissing(Problem):
    sentence = N_("Item %(item)s: no reason is written. Say why the item should be looked at again.")


class ClarificationTooLong(Problem):
    sentence = N_("Item %(item)s: the reason has more than %(limit)s characters. Shorten it.")


class ClarificationLinkUnsound(Problem):
    sentence = N_(
        "Item %(item)s: “%(typed)s” is not a web address. Copy the whole address, beginning with https://, "
        "one on each line."
    )


class ClarificationLinksTooMany(Problem):
    sentence = N_("Item %(item)s: more than %(limit)s addresses. Keep the ones that show it best.")


class FinalReasonMissing(Problem):
    sentence = N_("Item %(code)s: the agency asked for another look, so the final decision needs a reason. Write it.")
