"""What the phone runs at the answering door: one script in each language, and a worker for days without a network.

The script is put together and compressed once, when the app starts, so that serving it costs nothing. Its
address carries a fingerprint, so a phone asks for it once and keeps it.
"""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Flask, Response, current_app, request
from flask_babel import force_locale, gettext

from surveyapp.domain.thai import kept_whole
from surveyapp.web.asset_files import ASSETS
from surveyapp.web.dress import LANGUAGES, language
from surveyapp.web.entrance import public
from surveyapp.web.packing import PackedFile, pack_file
from surveyapp.web.phone_words import WORDS

door = Blueprint("phone", __name__, url_prefix="/phone")

_SCRIPTS: Final = "phone scripts"
_JAVASCRIPT: Final = "text/javascript"
_LONGEST_NAME: Final = 30  # letters of a button or a link
_WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"  # a worker fetches by its own policy
_WORKER: Final = pack_file((ASSETS / "sw.js").read_bytes(), _JAVASCRIPT)


def equip(app: Flask) -> None:
    """Build the scripts, and give the templates their addresses."""
    source = (ASSETS / "answer.js").read_text("utf-8")
    app.extensions[_SCRIPTS] = {each: _script(app, source, each) for each in LANGUAGES}
    app.jinja_env.globals["phone_script"] = phone_script
    app.register_blueprint(door)


def phone_script() -> str:
    """The address of the script in the page's language."""
    spoken = language()
    return f"/phone/answer-{spoken}.js?v={_scripts()[spoken].mark}"


@door.get("/answer-<any(th, en):spoken>.js")
@public
def answer(spoken: str) -> Response:
    """The script of the form; kept for ever where it is asked for by its fingerprint."""
    return _scripts()[spoken].answer(request.args.get("v"))


@door.get("/sw.js")
@public
def worker() -> Response:
    """The worker that opens the form again where there is no network."""
    response = _WORKER.answer(None)
    response.headers["Service-Worker-Allowed"] = "/s/"
    response.headers["Content-Security-Policy"] = _WORKER_POLICY
    return response


def _scripts() -> dict[str, PackedFile]:
    scripts: dict[str, PackedFile] = current_app.extensions[_SCRIPTS]
    return scripts


def _said(sentence: str) -> str:
    """What is long enough to be a sentence is kept from being cut inside a word; the names of buttons stay."""
    return kept_whole(sentence) if len(sentence) > _LONGEST_NAME else sentence


def _script(app: Flask, source: str, spoken: str) -> PackedFile:
    with app.app_context(), force_locale(spoken):
        words = {name: _said(gettext(sentence)) for name, sentence in WORDS.items()}
    said = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return pack_file(f'(()=>{{"use strict";const WORDS={said};\n{source}}})();\n'.encode(), _JAVASCRIPT)
