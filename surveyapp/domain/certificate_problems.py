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
    sentence = N_("No agency you reach has one of the levels you chose. Choose other levels, or another province.")
    status = 404


class TooManyCertificates(Problem):
    sentence = N_("That would be %(n)s certificates; at most %(limit)s fit into one file. Choose a province.")


class SignatoryWithoutName(Problem):
    sentence = N_("Somebody signs as “%(position)s”, but no name is given. Fill in the name, or empty the position.")


class SignatoryTooLong(Problem):
    sentence = N_("“%(typed)s…” is too long for a certificate. Use at most %(most)s letters.")
