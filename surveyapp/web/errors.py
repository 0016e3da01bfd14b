"""One place turns refusals into pages: a proper status, a kind sentence, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import Final

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.account_problems import ConfirmNeeded, TooManyTries
from surveyapp.domain.problems import (
    FileTooLarge,
    FormExpired,
    MethodUnknown,
    PageUnknown,
    Problem,
    Problems,
    SignInNeeded,
    TooLarge,
    Trouble,
)
from surveyapp.web.dress import at_answering, sentence
from surveyapp.web.open_data import OPEN_DATA

_LAST_RESORT: Final = (
    '<!doctype html><html lang="th"><title>ขออภัย</title><h1>ขออภัย ระบบขัดข้อง</h1>'
    '<p>สิ่งที่ส่งมายังไม่ได้บันทึก โปรดลองใหม่ในอีกสักครู่ <a href="/">ไปหน้าแรก</a>'
)


def catch(app: Flask) -> None:
    """Every refusal, every HTTP error and every bug becomes a page."""
    app.register_error_handler(Problem, _refused)
    app.register_error_handler(Problems, lambda error: problem_page(error.problems))
    app.register_error_handler(CSRFError, lambda _: problem_page([FormExpired()]))
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(NotFound, lambda _: problem_page([PageUnknown()]))
    app.register_error_handler(MethodNotAllowed, _wrong_method)
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(Exception, _bug)


def problem_page(problems: Sequence[Problem]) -> Response:
    """A page (or the values, where our script asks) that says what is wrong, with the status of the first problem."""
    status = problems[0].status if problems else 400
    values = asked_by_script() or request.path.startswith(OPEN_DATA)
    page = make_response(_for_scripts(problems) if values else _for_people(problems, status), status)
    if status == 503:
        page.headers["Retry-After"] = "30"
    waits = [str(each.facts["seconds"]) for each in problems if isinstance(each, TooManyTries)]
    if waits:
        page.headers["Retry-After"] = waits[0]
    return page


def asked_by_script() -> bool:
    """Whether our own script sent the answers, and wants values instead of a page."""
    return at_answering() and request.accept_mimetypes.best == "application/json"


def _for_people(problems: Sequence[Problem], status: int) -> str:
    return render_template("problem.html", problems=problems, status=status)


def _for_scripts(problems: Sequence[Problem]) -> Response:
    found = [{"code": problem.facts.get("code"), "text": unescape(str(sentence(problem)))} for problem in problems]
    return jsonify(problems=found)


def _refused(problem: Problem) -> BaseResponse:
    if isinstance(problem, SignInNeeded) and request.method == "GET":
        return redirect(url_for("accounts.sign_in", next=request.path), 303)
    if isinstance(problem, ConfirmNeeded) and request.method == "GET":
        return redirect(url_for("accounts.confirm", next=request.path), 303)
    return problem_page([problem])


def _too_large(_error: RequestEntityTooLarge) -> BaseResponse:
    limit = (current_app.config["MAX_CONTENT_LENGTH"] or 0) // 1024**2 - 1
    return problem_page([TooLarge() if at_answering() else FileTooLarge(limit_megabytes=limit)])


def _wrong_method(error: MethodNotAllowed) -> BaseResponse:
    page = problem_page([MethodUnknown()])
    page.headers["Allow"] = ", ".join(error.valid_methods or ())
    return page


def _other(error: HTTPException) -> BaseResponse:
    if error.code is not None and error.code < 400:
        return error.get_response()  # a redirect made by the router
    page = problem_page([Trouble() if (error.code or 500) >= 500 else MethodUnknown()])
    page.status_code = error.code or 500
    return page


def _bug(error: Exception) -> BaseResponse:
    """A bug: the class is logged, never its text, which may hold what somebody typed."""
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
    current_app.logger.error("bug %s at %s", type(error).__name__, place)
    try:
        return problem_page([Trouble()])
    except Exception:
        return Response(_LAST_RESORT, 500, mimetype="text/html")
