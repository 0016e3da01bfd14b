"""Refusals about access codes and the slips they stand on."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class AccessCodeMissing(Problem):
    sentence = N_("The code on your slip is missing. Type its twelve signs, or scan the QR code on it again.")


class AccessCodeWrong(Problem):
    sentence = N_("The code of the slip is mistyped. Compare it with the slip, letter by letter.")


class AccessCodeRefused(Problem):
    sentence = N_(
        "This code cannot be used here: it is of another office, or was used already. Nothing was kept. "
        "If it is your own slip and you have not answered, ask for another draw."
    )


class CodesNotUsed(Problem):
    sentence = N_("The IIT of this agency is answered by open link. Choose access codes first, then print slips.")
    status = 409


class WayFixed(Problem):
    sentence = N_("Answers have come in already, so the way of answering cannot be changed in this round any more.")
    status = 409


class EligibleUnknown(Problem):
    sentence = N_("Tell first how many staff may answer; not more slips than that can be printed.")
    status = 409


class CodeCountUnreadable(Problem):
    sentence = N_("“%(typed)s” is not a number of slips. Type a whole number of 1 or more.")


class TooManyCodes(Problem):
    sentence = N_(
        "%(eligible)s people may answer and %(there)s slips are out, so at most %(left)s more can be printed. "
        "To print lost slips anew, choose to void the unused ones."
    )
