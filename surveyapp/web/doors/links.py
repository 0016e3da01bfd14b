"""The links door: more links, their names, a pause, a replacement."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.link_problems import EmblemMissing
from surveyapp.domain.people import Role
from surveyapp.domain.problems import PageUnknown, Problem
from surveyapp.services.links import CHANNELS, Links
from surveyapp.web.entrance import errand, only, person

_LARGEST = 2_500_000  # bytes; more than that is refused without a look
door = Blueprint("links", __name__, url_prefix="/desk/<int(fixed_digits=4):year>/<agency>/links")


@door.get("")
@only(Role.COORDINATOR)
def board(year: int, agency: str) -> str:
    """Every link of the agency."""
    return _page(year, agency, None)


@door.post("")
@only(Role.COORDINATOR)
def add(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """One more link, for what it is for."""
    instrument, _, channel = request.form.get("kind", "").partition("-")
    try:
        errand(Links).add(person(), year, agency, instrument, channel, request.form.get("name", ""))
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return _done(year, agency)


@door.post("/<code>/<any(rename, pause, resume, replace):act>")
@only(Role.COORDINATOR)
def change(year: int, agency: str, code: str, act: str) -> BaseResponse | tuple[str, int]:
    """Rename, pause, resume or replace one link."""
    links, whose = errand(Links), (person(), year, agency, code)
    try:
        if act == "rename":
            links.rename(*whose, request.form.get("name", ""))
        elif act == "replace":
            links.replace(*whose)
        else:
            links.pause(*whose, paused=act == "pause")
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return _done(year, agency)


@door.post("/emblem")
@only(Role.COORDINATOR)
def put_emblem(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """The emblem for what is printed from now on."""
    try:
        errand(Links).put_emblem(person(), year, agency, _sent_picture())
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return _done(year, agency)


@door.post("/emblem/remove")
@only(Role.COORDINATOR)
def remove_emblem(year: int, agency: str) -> BaseResponse | tuple[str, int]:
    """Print without an emblem again."""
    try:
        errand(Links).remove_emblem(person(), year, agency)
    except Problem as refused:
        return _page(year, agency, refused), refused.status
    return _done(year, agency)


@door.get("/emblem.png")
@only(Role.COORDINATOR)
def emblem(year: int, agency: str) -> Response:
    """The emblem as it is printed."""
    found = errand(Links).look(person(), year, agency).emblem
    if found is None:
        raise PageUnknown()
    return Response(found, mimetype="image/png", headers={"Cache-Control": "private, no-store"})


def _sent_picture() -> bytes:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise EmblemMissing()
    return sent.stream.read(_LARGEST)


def _page(year: int, agency: str, problem: Problem | None) -> str:
    found = errand(Links).look(person(), year, agency)
    typed = {name: request.form.get(name, "") for name in ("kind", "name")}
    return render_template("links/board.html", board=found, channels=CHANNELS, problem=problem, typed=typed)


def _done(year: int, agency: str) -> BaseResponse:
    return redirect(url_for("links.board", year=year, agency=agency), 303)
