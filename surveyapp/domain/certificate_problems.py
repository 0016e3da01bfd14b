"""Refusals about certificates."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class CertificateTooEarly(Problem):
    sentence = N_(
        "Certificates of fiscal year %(year)s are printed once the round is closed and its results announced."
    )
    status = 409


class NothingToCertify(Problem):
    sentence = N_("%(agency)s has no total and no level in this round, so there is nothing to certify.")
    status = 404


class NobodyToCertify(Problem):
    sentence = N_("No agency here has reached such a level. Choose other levels, or another province.")
    status = 404


class LevelMissing(Problem):
    sentence = N_("Choose at least one level.")


class LevelUnknown(Problem):
    sentence = N_("Fiscal year %(year)s has no level “%(typed)s”. Its levels are: %(known)s.")


class TooManyCertificates(Problem):
    sentence = N_(
        "That would be %(n)s certificates; at most %(limit)s fit into one file. Choose a province, or fewer levels."
    )


class TooManySignatories(Problem):
    sentence = N_("At most %(most)s people sign a certificate. Leave out the others.")


class SignatoryWithoutName(Problem):
    sentence = N_("Somebody signs as “%(position)s”, but no name is given. Fill in the name, or empty the position.")


class SignatoryTooLong(Problem):
    sentence = N_("“%(typed)s…” is too long for a certificate. Use at most %(most)s letters.")


class SignatoryUnreadable(Problem):
    sentence = N_("“%(typed)s” cannot be printed as it is: too many marks stand on one letter. Type it anew.")


class DayFarAway(Problem):
    sentence = N_("%(day)s is no day for a certificate of fiscal year %(year)s. Check the year.")
