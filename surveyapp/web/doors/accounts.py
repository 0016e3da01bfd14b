"""The accounts door: sign in, sign out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField, StringField

from surveyapp.domain.people import Role, has_role
from surveyapp.domain.problems import Problem, SignInFailed
from surveyapp.services.accounts import Accounts
from surveyapp.web.entrance import TOKEN, errand, public

door = Blueprint("accounts", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf ships no types
    """Name and password."""

    name = StringField()
    password = PasswordField()


@door.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> BaseResponse | str | tuple[str, int]:
    """The sign-in page; on success to where the person was going."""
    form = SignInForm()
    if not form.is_submitted():
        return _page(form, None)
    try:
        token = errand(Accounts).sign_in(form.name.data or "", form.password.data or "", session.get(TOKEN))
    except SignInFailed as refused:
        return _page(form, refused), refused.status
    session.clear()  # a new sign-in never goes on with an old session
    session[TOKEN] = token
    return redirect(_next_page(token), 303)


@door.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End the sign-in, here and in the database."""
    if token := session.get(TOKEN):
        errand(Accounts).sign_out(token)
    session.clear()
    return redirect(url_for("front.home"), 303)


def _page(form: SignInForm, problem: Problem | None) -> str:
    return render_template("accounts/sign_in.html", form=form, problem=problem)


def _next_page(token: str) -> str:
    """Only a plain path of our own: never another site, however it is written."""
    wanted = request.args.get("next", "")
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    if plain and wanted.isascii() and ":" not in wanted and "%" not in wanted:
        return wanted
    person = errand(Accounts).who(token)
    if person is not None and has_role(person, [Role.ASSESSOR]) and not has_role(person, [Role.COORDINATOR]):
        return url_for("review.waiting")
    return url_for("rounds.mine")
