"""The people door: who has an account within one's reach, inviting, giving and taking roles."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.people import Grant, Role
from surveyapp.domain.problems import Problem, Problems
from surveyapp.services.people import Invitation, People
from surveyapp.web.asked import asked, page_number
from surveyapp.web.entrance import errand, only, person

door = Blueprint("people", __name__, url_prefix="/people")

_managers = only(Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL)
_FIELDS = ("name", "full_name", "role", "place", "email", "ministry")
Page = str | tuple[str, int]


@door.get("/")
@_managers
def listing() -> Page:
    """Everybody within reach, a page at a time."""
    search = asked("q")
    overview = errand(People).look(person(), search, page_number())
    return render_template("people/listing.html", overview=overview, search=search)


@door.route("/invite", methods=["GET", "POST"])
@_managers
def invite() -> Page:
    """Invite somebody; the link goes by e-mail, or is shown this once to be handed over."""
    typed = {name: request.form.get(name, "").replace("\x00", "") for name in _FIELDS}
    if request.method != "POST":
        return _invite_page(typed, ())
    try:
        handed = errand(People).invite(person(), Invitation(**typed), gettext)
    except Problems as refused:
        return _invite_page(typed, refused.problems)
    except Problem as problem:
        return _invite_page(typed, (problem,))
    return render_template("people/handed.html", handed=handed)


@door.get("/<int(max=2147483647):number>")
@_managers
def one(number: int) -> Page:
    """One person: roles within reach, and what can be done."""
    return _person_page(number, ())


@door.post("/<int(max=2147483647):number>/link")
@_managers
def send_link(number: int) -> Page:
    """A new link for a person."""
    return render_template("people/handed.html", handed=errand(People).send_link(person(), number, gettext))


@door.post("/<int(max=2147483647):number>/roles")
@_managers
def give(number: int) -> BaseResponse | Page:
    """One more role."""
    role, place = request.form.get("role", ""), request.form.get("place", "").replace("\x00", "")
    try:
        errand(People).give(person(), number, role, place)
    except Problems as refused:
        return _person_page(number, refused.problems)
    return redirect(url_for("people.one", number=number), 303)


@door.post("/<int(max=2147483647):number>/roles/end")
@_managers
def take(number: int) -> BaseResponse:
    """One role less."""
    errand(People).take(person(), number, _grant())
    return redirect(url_for("people.listing"), 303)


@door.post("/<int(max=2147483647):number>/factor/drop")
@_managers
def drop_factor(number: int) -> BaseResponse:
    """Forget the second factor of somebody who lost it."""
    errand(People).drop_factor(person(), number)
    return redirect(url_for("people.one", number=number), 303)


def _grant() -> Grant:
    """The grant a button names, field by field."""
    role, region = request.form.get("role", ""), request.form.get("region", "")
    wanted = Role(role) if role in set(Role) else Role.COORDINATOR
    number = int(region) if region.isascii() and region.isdecimal() and len(region) == 1 else None
    agency, province = (request.form.get(name, "").replace("\x00", "") for name in ("agency", "province"))
    return Grant(wanted, agency or None, province or None, number)


def _invite_page(typed: dict[str, str], problems: tuple[Problem, ...]) -> Page:
    people = errand(People)
    page = render_template(
        "people/invite.html",
        typed=typed,
        problems=problems,
        offer=people.offer(person()),
        by_mail=people.mail.is_set,
        ministry=people.links.ministry,
    )
    return page, problems[0].status if problems else 200


def _person_page(number: int, problems: tuple[Problem, ...]) -> Page:
    people = errand(People)
    row = people.one(person(), number)
    page = render_template("people/one.html", row=row, offer=people.offer(person()), problems=problems)
    return page, problems[0].status if problems else 200
