"""The answering door: a questionnaire, its answers, thanks. It knows no session, no person, no address."""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.problems import ForeignPage, Problem, Problems, TooLarge
from surveyapp.domain.response import ID_FIELD, PAPER_FIELD, Raw, chosen
from surveyapp.services.answering import Answering, Form
from surveyapp.services.posters import minutes_for
from surveyapp.web.entrance import errand, public

door = Blueprint("answering", __name__)

_LARGEST_BODY = 64 * 1024


@door.get("/s/<code>")
@door.get("/S/<code>", endpoint="form_in_capitals")
@public
def form(code: str) -> str:
    """The questionnaire, whole, in one page."""
    return _page(errand(Answering).open(code), {}, secrets.token_hex(16), ())


@door.post("/s/<code>")
@door.post("/S/<code>", endpoint="hand_in_in_capitals")
@public
def hand_in(code: str) -> BaseResponse | tuple[str, int]:
    """Keep the answers, then thank; or the same page again with every problem and every answer."""
    _refuse_foreign_pages()
    raw = _raw()
    try:
        kept = errand(Answering).submit(code, raw)
    except Problems as refused:
        open_form = errand(Answering).open(code)
        page_id = next(iter(raw.get(ID_FIELD, ())), "") or secrets.token_hex(16)
        return _page(open_form, chosen(open_form.questionnaire, raw), page_id, refused.problems), 422
    return redirect(url_for("answering.thanks", code=kept.link.code, lang=request.args.get("lang")), 303)


@door.get("/s/<code>/thanks")
@door.get("/S/<code>/thanks", endpoint="thanks_in_capitals")
@public
def thanks(code: str) -> str:
    """Thanks; says that the answers were received, and nothing about them."""
    return render_template("answering/thanks.html", link=errand(Answering).find(code))


def _page(form: Form, answers: dict[str, str], page_id: str, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "answering/form.html",
        form=form,
        answers=answers,
        problems=problems,
        wrong={problem.facts["code"]: problem for problem in problems if "code" in problem.facts},
        minutes=minutes_for(form.questionnaire),
        id_field=ID_FIELD,
        paper_field=PAPER_FIELD,
        page_id=page_id if len(page_id) == 32 and page_id.isalnum() and page_id.isascii() else secrets.token_hex(16),
    )


def _raw() -> Raw:
    """The sent fields, each with every value it came with."""
    if (request.content_length or 0) > _LARGEST_BODY:
        raise TooLarge()
    request.max_content_length = _LARGEST_BODY
    return {name: request.form.getlist(name) for name in request.form}


def _refuse_foreign_pages() -> None:
    """A page of another site may not make a visitor's browser answer. Programs that are no browser may."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ForeignPage()
