"""What every page is dressed in: language, words, dates, scores, and the headers of safety."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request, session
from flask_babel import Babel, get_locale, gettext
from markupsafe import Markup, escape

from surveyapp.domain.calendar import PHASE_NAMES, Phase
from surveyapp.domain.granting import ROLES, roles_to_give
from surveyapp.domain.journal import FACTS, WORDS, Line
from surveyapp.domain.kinds import kind_name
from surveyapp.domain.paper import Text
from surveyapp.domain.problems import Problem
from surveyapp.domain.provinces import province_name
from surveyapp.domain.receipt import in_groups
from surveyapp.domain.release import MoreThan, People, Released
from surveyapp.domain.steps import shown
from surveyapp.domain.thai import civil_day, civil_time, kept_whole, short_day, thai_date
from surveyapp.web.asset_files import ASSETS, address
from surveyapp.web.entrance import standing, visitor
from surveyapp.web.landing import board_page

LANGUAGES: Final = ("th", "en")
ANSWERING: Final = "/s/"
_YEAR_SECONDS: Final = 31_536_000
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Notice:
    """What people are told before the first question, beside what is kept: who is responsible, and for how long.

    Empty texts: the page says it of the agency. keep_days: after the results are final.
    """

    controller: str
    contact: str
    keep_days: int


def dress(app: Flask, translations: Path, *, secure: bool) -> None:
    """Give the app its languages, filters and headers."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    app.config["BABEL_DEFAULT_LOCALE"] = "th"
    Babel(app, locale_selector=_language, default_domain="messages")
    app.jinja_env.filters.update(
        said=said,
        sentence=sentence,
        points=points,
        civil_date=civil_date,
        grouped=grouped,
        fine=fine,
        signed=signed,
        civil_time=civil_time,
        b64encode=b64encode,
        people=people,
    )
    app.jinja_env.filters.update(civil_day=civil_day, kind_name=kind_name, province_name=province_name)
    app.jinja_env.filters.update(short_day=short_day)
    app.jinja_env.filters.update(act=act, fact_name=fact_name, fact=fact)
    app.jinja_env.filters.update(in_groups=in_groups, kept_whole=kept_whole)
    answer_css = Markup((ASSETS / "answer.css").read_text("utf-8"))  # noqa: S704 - our own file
    app.jinja_env.globals.update(
        asset=address,
        language=language,
        other_language=other_language,
        visitor=visitor,
        standing=standing,
        board_page=board_page,
        roles_to_give=roles_to_give,
        answer_css=answer_css,
    )
    app.after_request(_headers(f"'sha256-{_sha256(answer_css)}'", secure=secure))


def at_answering() -> bool:
    """Whether this request is at the answering door, in either letter case."""
    return request.path[: len(ANSWERING)].lower() == ANSWERING


def language() -> str:
    """The language of this page: "th" or "en"."""
    return str(get_locale())[:2]


def other_language() -> str:
    """The address of this page in the other language."""
    other = "th" if language() == "en" else "en"
    path = "/" + request.path.lstrip("/\\")
    if request.method == "POST" and not current_app.url_map.bind("").test(path, "GET"):
        path = path.rsplit("/", 1)[0]  # a page that only answers a form: the form's own page
    return f"{quote(path)}?lang={other}"


def said(text: Text) -> str:
    """A text of the paper in the page's language."""
    return text.into(language())


def sentence(problem: Problem) -> Markup:
    """What a problem says, with its facts; what was typed is escaped."""
    facts = {
        key: escape(fact.into(language()) if isinstance(fact, Text) else fact) for key, fact in problem.facts.items()
    }
    return escape(gettext(problem.sentence)) % facts


def points(value: Decimal | None) -> str:
    """A score with two decimals, rounded half up; a dash for none."""
    return "–" if value is None else str(shown(value))


def signed(value: Decimal) -> str:
    """A difference of shown scores, with its sign; nothing before a zero."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):.2f}"


def fine(value: Decimal) -> str:
    """A score as exactly as a calculator needs it: up to six decimals, at least two."""
    text = f"{value:.6f}".rstrip("0")
    return text + "0" * (2 - len(text.rsplit(".", 1)[1]))


def civil_date(day: date) -> str:
    """A date in words: Buddhist era in Thai, common era in English."""
    return thai_date(day) if language() == "th" else f"{day.day} {day:%B %Y}"


def b64encode(content: bytes) -> str:
    """Bytes as a data address writes them."""
    return base64.b64encode(content).decode()


def act(line: Line) -> str:
    """What a line of the journal says was done."""
    return str(gettext(line.said))


def fact_name(name: str) -> str:
    """What a fact of a line of the journal is called."""
    return str(gettext(FACTS[name])) if name in FACTS else name


def fact(value: object) -> str:
    """A fact of a line of the journal in the reader's words: days, roles and phases by name, the rest as it is."""
    text = str(value)
    if text in ROLES:
        return str(gettext(ROLES[text]))
    if text in WORDS:
        return str(gettext(WORDS[text]))
    if text in set(Phase):
        return said(PHASE_NAMES[Phase(text)])
    return civil_date(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def grouped(number: int) -> str:
    """A whole number with commas."""
    return f"{number:,}"


def people(number: People) -> str:
    """How many people, of what the release gate let through; a bare number is refused."""
    if isinstance(number, MoreThan):
        return str(gettext("more than %(percent)s%%", percent=f"{(number.share * 100).normalize():f}"))
    if not isinstance(number, Released):
        raise TypeError("a count that did not pass the release gate")
    return grouped(number.value)


def _language() -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    if at_answering():
        return "th"  # nothing about a visit is remembered at the answering door
    return session.get("lang", "th") if session.get("lang") in LANGUAGES else "th"


def _sha256(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest())


def _headers(style_hash: str, *, secure: bool) -> Callable[[Response], Response]:
    common = ["default-src 'none'", f"style-src 'self' {style_hash}", "img-src 'self' data:"]
    closed = ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
    policy = "; ".join([*common, *closed])
    live = "; ".join([*common, "script-src 'self'", "connect-src 'self'", *closed])  # of pages kept up to date
    answering = "; ".join([*common, "script-src 'self'", "connect-src 'self'", "worker-src 'self'", *closed])

    def add(response: Response) -> Response:
        own = answering if at_answering() else live if g.get("live") else policy
        response.headers.setdefault("Content-Security-Policy", own)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
        _remember_language()
        return response

    return add


def _remember_language() -> None:
    """At the doors of people with accounts the chosen language stays; at the answering door nothing does."""
    if g.get("standing") is not None and request.args.get("lang") in LANGUAGES:
        session["lang"] = request.args["lang"]
