"""Refusals of score documents."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class InputUnreadable(Problem):
    sentence = N_("This is not a JSON document that can be scored: %(why)s")
    status = 400


class NotAnObject(Problem):
    sentence = N_("%(place)s must be an object of names and values.")


class KeyUnknown(Problem):
    sentence = N_("%(place)s is not known in fiscal year %(year)s. Remove it or correct it.")


class NumberOutOfRange(Problem):
    sentence = N_("%(place)s must be a number from %(least)s to %(most)s, but it is %(got)s.")


class MarkNotWhole(Problem):
    sentence = N_("%(place)s must be 0 or 100, but it is %(got)s.")


class EffortOutOfRange(Problem):
    sentence = N_("%(place)s must be a number above 0 and at most %(most)s, but it is %(got)s.")


class MarksNeeded(Problem):
    sentence = N_("Which items pass is not given, so no plan can be made. Give the marks of the OIT items.")


class LevelUnknown(Problem):
    sentence = N_("Fiscal year %(year)s has no level “%(level)s”. It has %(known)s.")


class PartNotInYear(Problem):
    sentence = N_("%(place)s: fiscal year %(year)s has a single EIT part.")
