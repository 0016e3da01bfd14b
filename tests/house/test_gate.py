"""The release gate is the only way out: its types are made there, and pages hold nothing that did not pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered
from jinja2 import Template

from surveyapp.adapters.passwords import Passwords
from surveyapp.domain.release import MoreThan, Released
from surveyapp.domain.scoring import Inputs, Part, Result, Sample
from surveyapp.domain.steps import Counted, Step
from surveyapp.persistence.store import Store
from surveyapp.services.demo import Demo, Wanted
from surveyapp.services.rounds import Rounds
from surveyapp.web.dress import people
from tests.conftest import LIBRARY, NOW, SEAL
from tests.web.conftest import app_on, token_of

HOME = Path(__file__).parents[2]
GATE = HOME / "surveyapp/domain/release.py"
PASSED = {"Released", "MoreThan", "Cell", "PublicStep", "PublicResult", "Turnout", "Standing"}
RAW = (Result, Step, Counted, Sample, Part, Inputs)


def test_what_passed_the_gate_is_made_at_the_gate_and_nowhere_else() -> None:
    for path in (HOME / "surveyapp").rglob("*.py"):
        if path != GATE:
            tree = ast.parse(path.read_text())
            taken = {
                name.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "surveyapp.domain.release"
                for name in node.names
            }
            made = {
                node.func.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not made & taken & PASSED, path


def test_doors_and_pages_know_no_scoring_and_no_tally() -> None:
    for path in (HOME / "surveyapp/web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in {"surveyapp.domain.scoring", "surveyapp.domain.tally"}, path
                if node.module == "surveyapp.domain.steps":
                    assert not {each.name for each in node.names} & {"Step", "Counted"}, path


@pytest.mark.parametrize("number", [3, "3", None, 3.0])
def test_a_page_cannot_print_a_bare_count(number: Any) -> None:
    with pytest.raises(TypeError):
        people(number)


@pytest.mark.parametrize("closed", [False, True])
def test_no_page_is_given_anything_raw(sqlite_store: Store, tmp_path: Path, closed: bool) -> None:
    demo = Demo(sqlite_store, LIBRARY, Passwords(), SEAL, lambda: NOW)
    demo.fill(Wanted(2569, 3, 200, 7), lambda done, of: None)
    if closed:
        Rounds(sqlite_store, LIBRARY, "http://x", lambda: NOW, lambda n: 0).close(2569)
    app = app_on(sqlite_store, tmp_path)
    given: list[tuple[str, Mapping[str, Any]]] = []

    def note(_: Flask, template: Template, context: Mapping[str, Any], **_more: Any) -> None:
        given.append((template.name or "", context))

    with template_rendered.connected_to(note, app):
        client = app.test_client()
        for account in [None, *demo.accounts()]:
            if account is not None:
                client = app.test_client()
                typed = {"name": account["name"], "password": account["password"], "csrf_token": token_of(client)}
                assert client.post("/sign-in", data=typed).status_code == 303
            for path in ("/results/2569", "/results/2569/TT001", "/desk/2569/TT001", "/review/2569/TT001"):
                client.get(path)
    assert {"results/agency.html", "rounds/desk.html", "review/sheet.html"} <= {name for name, _ in given}
    seen: set[type] = set()
    for name, context in given:
        for value in everything_in(context, set()):
            assert not isinstance(value, RAW), name
            seen.add(type(value))
    assert Released in seen or MoreThan in seen


def everything_in(value: Any, seen: set[int]) -> Iterator[Any]:
    """The value and all a template can reach in it: fields, items, and steps laid out when looked at."""
    if id(value) in seen or isinstance(value, str | bytes | int | float):
        return
    seen.add(id(value))
    yield value
    inside: list[Any] = []
    if is_dataclass(value) and not isinstance(value, type):
        inside = [getattr(value, each.name) for each in fields(value)] + [getattr(value, "parts", ())]
    elif isinstance(value, Mapping):
        inside = [each for key, each in value.items() if key not in {"g", "request", "session", "config"}]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    for each in inside:
        yield from everything_in(each, seen)
