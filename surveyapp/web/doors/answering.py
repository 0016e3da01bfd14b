"""The answering door: a questionnaire, its answers, thanks. It knows no session, no person, no address."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.access_code import FIELD, LONGEST_TYPED
from surveyapp.domain.front import parse_front
from surveyapp.domain.problems import ForeignPage, PageUnknown, Problem, Problems, QuestionUnanswered, TooLarge
from surveyapp.domain.receipt import SERIAL_FIELD, serial_in, tidy_serial
from surveyapp.domain.response import ID_FIELD, PAPER_FIELD, Raw, chosen, tidy_id
from surveyapp.services.answering import Answering, Form, Receipt
from surveyapp.web.dress import language
from surveyapp.web.entrance import errand, public
from surveyapp.web.errors import asked_by_script, problem_page
from surveyapp.web.packing import KeptPages, as_packed, takes_gzip
from surveyapp.web.receipt_text import receipt_text
from surveyapp.web.seen import remember, signs

door = Blueprint("answering", __name__)

_LARGEST_BODY = 64 * 1024  # the longest questionnaire sends under 2 KB
_HERE = "the-number-of-the-response"  # where a kept page ends and a visit's own part begins
_END = '">\n</body>\n</html>'
_kept = KeptPages()
_SERIAL = f'<input type="hidden" form="answers" name="{SERIAL_FIELD}" value="'  # as the template writes it
_WANTED = "receipt"  # the box that asks for a receipt where there are no scripts
_MOST_LINES = 7  # of unanswered questions; more are told as numbers (the script does alike)
_SWITCH = "switch"  # the button that changes the language of a half-filled form


@door.get("/s/<code>")
@door.get("/S/<code>", endpoint="form_in_capitals")
@public
def form(code: str) -> BaseResponse:
    """The questionnaire, whole, in one page: kept rendered and compressed, but for the visit's own number."""
    form, spoken, packed = errand(Answering).open(code), language(), takes_gzip()
    page = _kept.get(form, spoken) or _kept.put(form, spoken, _page(form, {}, _HERE, ()).partition(_HERE)[0])
    return as_packed(page.with_end(_own_end(form), packed=packed), packed=packed)


@door.post("/s/<code>")
@door.post("/S/<code>", endpoint="hand_in_in_capitals")
@public
def hand_in(code: str) -> BaseResponse | str | tuple[str, int]:
    """Keep the answers, then thank; or the same page again with every problem and every answer.

    Our script gets values: 201 ``{"received": id}`` (200 when it was kept before), else ``{"problems": […]}``.
    """
    _refuse_foreign_pages()
    raw = _raw()
    if _SWITCH in raw:
        return _again(code, raw, ())
    try:
        receipt = errand(Answering).submit(code, raw, signs)
    except Problems as refused:
        if asked_by_script():
            return problem_page(refused.problems)
        return _again(code, raw, refused.problems), 422
    answer = _acknowledged(receipt)
    remember(answer, receipt.link)
    return answer


@door.get("/s/<code>/thanks")
@door.get("/S/<code>/thanks", endpoint="thanks_in_capitals")
@public
def thanks(code: str) -> str:
    """Thanks; says that the answers were received, and nothing about them; with the receipt, if it was asked for."""
    link = errand(Answering).link(code)
    serial = tidy_serial(request.args.get("r", "")) if link.gives_receipt else None
    return render_template("answering/thanks.html", link=link, serial=serial)


@door.get("/s/<code>/receipt.txt")
@door.get("/S/<code>/receipt.txt", endpoint="receipt_in_capitals")
@public
def receipt(code: str) -> Response:
    """The receipt as a small text to keep. Nothing is looked up or kept: it says what the address says."""
    link = errand(Answering).link(code)
    serial = tidy_serial(request.args.get("r", ""))
    if serial is None or not link.gives_receipt:
        raise PageUnknown()
    return Response(receipt_text(link, serial), mimetype="text/plain")


def _acknowledged(receipt: Receipt) -> BaseResponse:
    if asked_by_script():
        return make_response(jsonify(received=receipt.id), 201 if receipt.new else 200)
    wanted = receipt.serial if _WANTED in request.form else None
    lang = request.args.get("lang")
    return redirect(url_for("answering.thanks", code=receipt.link.code, r=wanted, lang=lang), 303)


def _own_end(form: Form) -> str:
    """What differs from visit to visit: the number of the response and, apart from it, the serial of the receipt."""
    serial = f'">\n{_SERIAL}{secrets.token_hex(16)}' if form.link.gives_receipt else ""
    return f"{secrets.token_hex(16)}{serial}{_END}"


def _again(code: str, raw: Raw, problems: tuple[Problem, ...]) -> str:
    """The same page, in the language that was asked for, with every sound answer in its place."""
    form = errand(Answering).open(code)
    page_id = tidy_id(next(iter(raw.get(ID_FIELD, ())), "")) or secrets.token_hex(16)
    serial = (serial_in(raw) or secrets.token_hex(16)) if form.link.gives_receipt else None
    typed_code = next(iter(raw.get(FIELD, ())), "")[:LONGEST_TYPED]
    front, _ = parse_front(form.front, raw)
    return _page(form, chosen(form.questionnaire, raw) | dict(front), page_id, problems, serial, typed_code)


def _page(
    form: Form,
    answers: dict[str, str],
    page_id: str,
    problems: tuple[Problem, ...],
    serial: str | None = None,
    typed_code: str = "",
) -> str:
    gaps = [each for each in problems if isinstance(each, QuestionUnanswered)]
    return render_template(
        "answering/form.html",
        form=form,
        answers=answers,
        problems=problems,
        gaps=gaps if len(gaps) > _MOST_LINES else (),
        wrong={problem.facts["code"]: problem for problem in problems if "code" in problem.facts},
        minutes=form.questionnaire.minutes,
        id_field=ID_FIELD,
        paper_field=PAPER_FIELD,
        page_id=page_id,
        code_field=FIELD,
        typed_code=typed_code,
        serial=serial,
        serial_field=SERIAL_FIELD,
        wanted=_WANTED,
        is_wanted=_WANTED in request.form,
        switch=_SWITCH,
    )


def _raw() -> Raw:
    """The sent fields, each with every value it came with."""
    endless = request.content_length is None and "Transfer-Encoding" in request.headers
    if endless or (request.content_length or 0) > _LARGEST_BODY:
        raise TooLarge()  # of a body without a length we would not know where it was cut
    request.max_content_length = _LARGEST_BODY
    return {name: request.form.getlist(name) for name in request.form}


def _refuse_foreign_pages() -> None:
    """A page of another site may not make a visitor's browser answer. Programs that are no browser may."""
    ours = ("null", current_app.config["PUBLIC_URL"], request.host_url.rstrip("/"))
    same_site = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if not same_site or request.headers.get("Origin", "null") not in ours:
        raise ForeignPage()
