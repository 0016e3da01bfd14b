"""The house itself: its arrows, its words, its promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from surveyapp.app import create_app
from surveyapp.domain.problems import Problem, every_problem
from surveyapp.settings import Settings
from surveyapp.web import doors
from surveyapp.web.entrance import audience_of, guard

HOME = Path(__file__).parents[2]
JOURNEYS = {
    *("accounts", "answering", "approval", "board", "calendar", "certificates", "codes", "filing", "journal"),
    *("links", "numbers", "people", "posters", "receipts", "results", "review", "roster", "rounds"),
}


def names(folder: str, pattern: str = "*.py") -> set[str]:
    return {path.stem for path in (HOME / folder).glob(pattern)}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(Settings(f"sqlite:///{tmp_path / 'x.db'}", "k" * 40, "http://127.0.0.1:8000", tmp_path, 0))


def test_a_journey_has_one_word_in_every_place() -> None:
    assert set(doors.NAMES) == JOURNEYS == names("surveyapp/web/doors") - {"__init__"}
    assert names("surveyapp/services") >= JOURNEYS
    pages = {path.name for path in (HOME / "templates").iterdir() if path.is_dir()} - {"parts"}
    assert pages <= JOURNEYS
    assert pages >= JOURNEYS - {"posters"}  # a poster is paper, not a page


@pytest.mark.parametrize(
    "command", [["lint-imports"], ["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
)
def test_the_tools_of_the_house_are_content(command: list[str]) -> None:
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_route_says_whom_it_is_for(app: Flask) -> None:
    assert all(audience_of(app, rule.endpoint) is not None for rule in app.url_map.iter_rules())


def test_a_route_that_says_nothing_keeps_the_app_from_starting() -> None:
    bare = Flask("bare", static_folder=None)
    bare.add_url_rule("/secret", view_func=lambda: "x", endpoint="secret")
    with pytest.raises(RuntimeError, match="/secret"):
        guard(bare)


def test_every_private_route_is_under_a_private_path(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        private = rule.rule.startswith(("/account", "/admin", "/board", "/desk", "/people", "/review"))
        assert bool(audience_of(app, rule.endpoint)) == private, rule.rule


def collected() -> set[str]:
    found = set()
    mapping = [("surveyapp/**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    for _, _, message, _, _ in extract_from_dir(HOME, mapping, keywords=keywords):
        found.add(message[0] if isinstance(message, tuple) else message)
    return {each for each in found if each}


def test_every_sentence_has_its_thai() -> None:
    with (HOME / "translations/th/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, "th")
    thai: dict[str, str] = {}
    for message in catalogue:
        key = str(message.id[0] if isinstance(message.id, tuple | list) else message.id)
        thai[key] = str(message.string[0] if isinstance(message.string, tuple | list) else message.string)
    wanted = collected() - {""}
    assert wanted - set(thai) == set(), "run `make words`, then translate"
    assert set(thai) - wanted - {""} == set(), "no longer said anywhere: run `make words`"
    assert [key for key in wanted if not thai[key]] == []
    for key in wanted:
        holders = re.compile(r"%\((\w+)\)s")
        assert set(holders.findall(thai[key])) <= set(holders.findall(key)) | {"num"}, key
    for kind in every_problem():
        assert kind.sentence in wanted


@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__name__)
def test_every_problem_has_a_page(app: Flask, kind: type[Problem]) -> None:
    from surveyapp.web.errors import problem_page

    facts = dict.fromkeys(re.findall(r"%\((\w+)\)s", kind.sentence), "๑")
    with app.test_request_context("/nowhere"):
        page = problem_page([kind(**facts)])
    assert page.status_code == kind.status
    assert 400 <= kind.status < 600
    assert "%(" not in page.get_data(as_text=True)


def test_every_template_parses_and_every_part_is_used(app: Flask) -> None:
    sources = {path: path.read_text() for path in (HOME / "templates").rglob("*.html")}
    for path in sources:
        app.jinja_env.get_template(str(path.relative_to(HOME / "templates")))
    for part in (HOME / "templates/parts").iterdir():
        assert any(f"parts/{part.name}" in source for source in sources.values()), part


def test_autoescape_is_never_turned_off() -> None:
    for path in (HOME / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text()
        assert "autoescape" not in path.read_text()


def test_every_setting_is_in_the_manual() -> None:
    code = "".join(path.read_text() for path in (HOME / "surveyapp").rglob("*.py"))
    manual = (HOME / "docs/operating.md").read_text()
    for name in set(re.findall(r"SURVEYAPP_[A-Z_]+", code)):
        assert f"`{name}`" in manual, name


def test_every_command_is_in_the_interface() -> None:
    from surveyapp.cli.commands import commands

    manual = (HOME / "docs/interface.md").read_text()
    for name, command in commands.commands.items():
        under = getattr(command, "commands", None)
        for word in [f"{name} {sub}" for sub in under] if under else [name]:
            assert f"`{word}" in manual, word


def test_the_links_in_the_documents_lead_somewhere() -> None:
    for path in [*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_requirements_are_hashed_and_name_no_index() -> None:
    for name in ("run", "test"):
        text = (HOME / f"requirements/{name}.txt").read_text()
        packages = re.findall(r"^\S+==", text, re.M)
        assert len(packages) > 20
        assert text.count("--hash=sha256:") >= len(packages)
        assert not re.search(r"^--?(index|extra|find)|https?:|file:", text, re.M)


def test_the_two_commands_are_in_the_readme_and_ci_hides_nothing() -> None:
    readme = (HOME / "README.md").read_text()
    assert "make run" in readme
    assert "make test" in readme
    lines = (HOME / ".ci/run").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")][-1] == "exec make test"


def test_files_stay_readable() -> None:
    long = {path: path.read_text().count("\n") for path in (HOME / "surveyapp").rglob("*.py")}
    assert {str(path): n for path, n in long.items() if n > 450} == {}


def test_no_file_holds_what_a_merge_left_behind() -> None:
    left = ("<" * 7 + " ", ">" * 7 + " ")
    for folder in ("surveyapp", "templates", "tests", "docs", "translations", "bench", "scripts"):
        for path in (HOME / folder).rglob("*"):
            if path.suffix in {".py", ".css", ".js", ".html", ".toml", ".md", ".po", ".typ"}:
                lines = path.read_text("utf-8").splitlines()
                assert not [line for line in lines if line.startswith(left)], path
