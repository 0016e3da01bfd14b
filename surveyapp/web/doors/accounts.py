"""The accounts door: coming in, going out, and one's own account."""

from __future__ import annotations

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from surveyapp.domain.account_problems import MinistryAway, SignInOver
from surveyapp.domain.problems import PageUnknown, Problem, Problems
from surveyapp.domain.sign_in import Journey, Step
from surveyapp.services.accounts import Accounts
from surveyapp.services.entering import Entry
from surveyapp.web.entrance import TOKEN, errand, members, person, public, token
from surveyapp.web.known import remember_device, visit
from surveyapp.web.landing import landing, plain_path

door = Blueprint("accounts", __name__)

_JOURNEY = "journey"
Page = str | tuple[str, int]


@door.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> BaseResponse | Page:
    """The sign-in page; on success to the second factor, or to where the person was going."""
    if request.method != "POST":
        return _sign_in_page()
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        entry = errand(Accounts).sign_in(name, password, visit(), token())
    except Problem as refused:
        return _sign_in_page(refused)
    return _come_in(entry)


@door.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> BaseResponse | Page:
    """The second factor."""
    if errand(Accounts).step(token()) is not Step.CODE:
        return redirect(url_for("accounts.sign_in"), 303)
    if request.method != "POST":
        return render_template("accounts/code.html", problem=None)
    try:
        entry = errand(Accounts).give_code(token(), request.form.get("code", ""), visit())
    except Problem as refused:
        return render_template("accounts/code.html", problem=refused), refused.status
    return _come_in(entry)


@door.route("/sign-in/set-up", methods=["GET", "POST"])
@public
def set_up() -> BaseResponse | Page:
    """A second factor of one's own: the secret as QR and in letters; then the recovery codes, this once."""
    accounts, sealed = errand(Accounts), request.form.get("sealed", "")
    try:
        if request.method != "POST":
            return render_template("accounts/set_up.html", it=accounts.begin_set_up(token()), problem=None)
        entry, codes = accounts.finish_set_up(token(), sealed, request.form.get("code", ""), visit())
    except SignInOver:
        return redirect(url_for("accounts.sign_in"), 303)
    except Problem as refused:
        if request.method != "POST":
            raise
        return render_template("accounts/set_up.html", it=accounts.again(token(), sealed), problem=refused), 401
    _take(entry)
    page = render_template("accounts/recovery_codes.html", codes=codes, onward=_onward(entry))
    return _with_mark(entry, make_response(page))


@door.get("/sign-in/ministry")
@public
def to_ministry() -> BaseResponse:
    """On to the ministry's own page."""
    address, journey = errand(Accounts).begin_at_ministry()
    session[_JOURNEY] = [journey.state, journey.nonce, journey.verifier]
    return redirect(address, 303)


@door.get("/sign-in/ministry/back")
@public
def from_ministry() -> BaseResponse | Page:
    """Back from the ministry's page. What was remembered is used once."""
    if not errand(Accounts).ministry.is_set:
        raise PageUnknown()
    remembered = session.pop(_JOURNEY, None)
    given, state = request.args.get("code", ""), request.args.get("state", "")
    try:
        if not remembered or not given:
            raise MinistryAway()
        entry = errand(Accounts).come_from_ministry(given, state, Journey(*remembered), visit(), token())
    except Problem as refused:
        return _sign_in_page(refused)
    return _come_in(entry)


@door.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End the sign-in, here and in the database."""
    if token():
        errand(Accounts).sign_out(token())
    session.clear()
    return redirect(url_for("front.home"), 303)


@door.route("/forgot", methods=["GET", "POST"])
@public
def forgot() -> Page:
    """Ask for a recovery link. The answer is the same for every name."""
    accounts, problem = errand(Accounts), None
    if request.method == "POST":
        try:
            accounts.forgot(request.form.get("name", ""), visit(), gettext)
        except Problem as refused:
            problem = refused
    asked = request.method == "POST" and problem is None
    page = render_template("accounts/forgot.html", asked=asked, by_mail=accounts.mail.is_set, problem=problem)
    return page, problem.status if problem else 200


@door.route("/enter/<link>", methods=["GET", "POST"])
@public
def enter(link: str) -> BaseResponse | Page:
    """An invitation or a recovery: looking uses nothing up, the new password does."""
    account, purpose = errand(Accounts).link(link)
    if request.method != "POST":
        return render_template("accounts/enter.html", account=account, purpose=purpose, problems=())
    new, again = request.form.get("new", ""), request.form.get("again", "")
    try:
        entry = errand(Accounts).accept(link, new, again, visit(), token())
    except Problems as refused:
        return render_template("accounts/enter.html", account=account, purpose=purpose, problems=refused.problems), 422
    return _come_in(entry)


@door.get("/account")
@members
def account() -> Page:
    """One's own account."""
    return _account_page()


@door.post("/account/password")
@members
def change_password() -> BaseResponse | Page:
    """A new password; every other sign-in ends."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        entry = errand(Accounts).change_password(person(), token(), old, new, again, visit())
    except Problems as refused:
        return _account_page(refused.problems)
    except Problem as problem:
        return _account_page((problem,))
    _take(entry)
    return redirect(url_for("accounts.account", done="password"), 303)


@door.post("/account/sign-ins")
@members
def end_sign_ins() -> BaseResponse:
    """End one sign-in, or every one."""
    if request.form.get("which") == "all":
        errand(Accounts).end_everywhere(person())
        session.clear()
        return redirect(url_for("accounts.sign_in"), 303)
    errand(Accounts).end_one(person(), request.form.get("which", ""))
    return redirect(url_for("accounts.account", done="sign-in"), 303)


@door.route("/account/confirm", methods=["GET", "POST"])
@members
def confirm() -> BaseResponse | Page:
    """Show again that it is oneself, for the next five minutes."""
    if request.method != "POST":
        return render_template("accounts/confirm.html", problem=None)
    try:
        errand(Accounts).confirm(person(), token(), request.form.get("typed", ""))
    except Problem as refused:
        return render_template("accounts/confirm.html", problem=refused), refused.status
    return redirect(plain_path(request.args.get("next", "")) or url_for("accounts.account"), 303)


@door.post("/account/recovery-codes")
@members
def recovery_codes() -> Page:
    """Fresh recovery codes, shown this once."""
    codes = errand(Accounts).new_recovery_codes(person(), token())
    return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for("accounts.account"))


def _sign_in_page(problem: Problem | None = None) -> Page:
    ministry = errand(Accounts).ministry
    typed = request.form.get("name", "")[:200]
    page = render_template("accounts/sign_in.html", typed=typed, problem=problem, ministry=ministry)
    return page, problem.status if problem else 200


def _account_page(problems: tuple[Problem, ...] = ()) -> Page:
    mine = errand(Accounts).mine(person(), token())
    page = render_template("accounts/account.html", mine=mine, problems=problems, done=request.args.get("done"))
    return page, problems[0].status if problems else 200


def _come_in(entry: Entry) -> BaseResponse:
    _take(entry)
    return _with_mark(entry, redirect(_onward(entry), 303))


def _take(entry: Entry) -> None:
    """A new token in a new session: nothing of the old one goes on."""
    session.clear()
    g.pop("standing", None)
    session[TOKEN] = entry.token


def _with_mark(entry: Entry, answer: BaseResponse) -> BaseResponse:
    if entry.step is Step.IN:
        remember_device(answer, entry)
    return answer


def _onward(entry: Entry) -> str:
    """What comes after this step; where the person was going stays in the address until the last one."""
    wanted = plain_path(request.args.get("next", ""))
    if entry.step is Step.IN:
        who = errand(Accounts).who(entry.token)
        return wanted or landing(who)
    step = "accounts.code" if entry.step is Step.CODE else "accounts.set_up"
    return url_for(step, next=wanted or None)
