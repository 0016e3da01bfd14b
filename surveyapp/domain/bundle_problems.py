"""Refusals of the open bundle, and of receipts."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class SerialUnreadable(Problem):
    sentence = N_("A receipt has 32 signs, the digits 0-9 and the letters a-f. Compare it with yours, group by group.")


class RoundNotFinal(Problem):
    sentence = N_("Fiscal year %(year)s is not closed, or not every result is frozen. Run: surveyapp rounds close YEAR")
    status = 409


class ReceiptsNotPublished(Problem):
    sentence = N_(
        "For this agency and year there are no receipts to look up: the round gave none, or too few people answered "
        "for their number to be published."
    )
    status = 404


class FolderTaken(Problem):
    sentence = N_("%(file)s is there already. Name a folder that is not there yet.")


class FolderUnreadable(Problem):
    sentence = N_("%(file)s cannot be read: %(why)s. Name the folder that was published.")


class BundleUnreadable(Problem):
    sentence = N_("%(file)s is not what the format says. Get the folder again from whoever published it.")


class BundleFileStrange(Problem):
    sentence = N_("%(file)s is in the folder, but nobody signed for it. Take it out, or get the folder again.")


class BundleFileChanged(Problem):
    sentence = N_("%(file)s is missing or was changed after it was signed. Get the folder again.")


class SignatureWrong(Problem):
    sentence = N_("The signature does not fit manifest.json and public_key.pem. Do not rely on this folder.")


class OtherKey(Problem):
    sentence = N_(
        "The folder was signed with another key, %(found)s. Compare the fingerprint on the page /trust of whoever "
        "published it."
    )


class NotRecomputed(Problem):
    sentence = N_("%(agency)s, %(place)s: published is %(says)s, computed %(found)s. Ask whoever published it.")


class LeavesMiscounted(Problem):
    sentence = N_("%(agency)s, %(instrument)s: %(n)s answers, but %(leaves)s receipts. Ask whoever published it.")


class LeavesUnsound(Problem):
    sentence = N_(
        "%(agency)s, %(instrument)s: the receipts are not in order, not whole, or not under their root. "
        "Ask whoever published it."
    )


class SigningKeyUnsound(Problem):
    sentence = N_("%(file)s does not hold a whole key. Put back the one from your backup; results were signed with it.")
    status = 500
