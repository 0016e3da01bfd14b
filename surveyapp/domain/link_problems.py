"""Refusals about the links of an agency."""

from __future__ import annotations

from surveyapp.domain.problems import N_, Problem


class ChannelUnknown(Problem):
    sentence = N_("Choose what the link is for: one of the choices in the list.")


class EmblemMissing(Problem):
    sentence = N_("No picture was chosen. Choose the PNG of the emblem, then send it.")


class LinkGone(Problem):
    sentence = N_("There is no link %(code)s to change any more. Look at the list of links again.")
    status = 404


class LinkNameLong(Problem):
    sentence = N_("The name of a link has at most %(longest)s characters. Shorten it.")


class TooManyLinks(Problem):
    sentence = N_("There are %(most)s links already. Use or replace one of them.")
    status = 409
