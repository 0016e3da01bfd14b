"""Whoever answers leaves a mark in no file: a whole installation is driven with marked visits and searched after."""

from __future__ import annotations

import base64
import http.client
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from surveyapp.domain.access_code import make_access_code
from surveyapp.domain.paper import Instrument
from surveyapp.persistence.database import Database
from surveyapp.persistence.store import Store
from tests.conftest import SEAL
from tests.places import SmallRound, open_small_round
from tests.running import Installation, install

ADDRESS = "203.0.113.77"  # the visitor's, as a trusted proxy tells it
KEY = "a key of this installation, long enough"


class Visitor:
    """Somebody with marks on everything a browser sends."""

    def __init__(self, base: str) -> None:
        self.base = urlsplit(base)
        self.marks = {
            name: f"zq{name}{secrets.token_hex(6)}"
            for name in ("agent", "referer", "query", "field", "header", "path", "cookie")
        }

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        line = http.client.HTTPConnection(self.base.hostname or "", self.base.port, timeout=30)
        sent = {
            "User-Agent": f"Mozilla/5.0 {self.marks['agent']}",
            "Referer": f"https://office.example/{self.marks['referer']}",
            "X-Forwarded-For": ADDRESS,
            "X-Mark": self.marks["header"],
            "Cookie": f"session={self.marks['cookie']}",
            **headers,
        }
        body = None if fields is None else urlencode(fields)
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        line.request(method, path, body, sent)
        answer = line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        line.close()
        return answer.status, text


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[tuple[Installation, SmallRound, list[str]]]:
    """A real round behind gunicorn, one agency with slips; everything it writes is under one folder."""
    store = Store(Database(database_url))
    store.database.upgrade()
    place = open_small_round(store)
    codes = [make_access_code(secrets.randbelow) for _ in range(12)]
    mine = place.assessments["A1"].id
    with store.writing() as shelves:
        shelves.access_codes.choose(mine, by_code=True)
        shelves.access_codes.add(mine, (SEAL(mine, code) for code in codes))
    store.database.close()
    temporary = tmp_path / "installation" / "temporary"
    temporary.mkdir(parents=True)
    more = {"SURVEYAPP_SECRET_KEY": KEY, "SURVEYAPP_TRUSTED_PROXIES": "1", "TMPDIR": str(temporary)}
    made = install(tmp_path / "installation")
    found = Installation(made.folder, made.port, database=database_url, more=more)
    with found.serving():
        yield found, place, codes


def drive(visitor: Visitor, place: SmallRound, codes: list[str]) -> list[str]:
    """Journeys that end well, and every way they can end badly. Comes back with the numbers of the responses."""
    numbers = []
    for instrument, with_code in ((Instrument.EIT, False), (Instrument.IIT, True)):
        link = f"/s/{place.codes['A1', instrument]}"
        for n in range(5):
            status, page = visitor.ask("GET", f"{link}?utm={visitor.marks['query']}")
            assert status == 200
            fields = _filled(page)
            if with_code:
                fields["access_code"] = codes[n]
            fields["zqfield"] = visitor.marks["field"]
            assert visitor.ask("POST", link, fields)[0] == 303
            numbers.append(fields["response_id"])
            assert visitor.ask("POST", link, fields)[0] == 303  # sent twice
            first = next(name for name in fields if re.fullmatch(r"[ie]\d+(\.\d+)?", name))
            for wrong in (
                {**fields, first: visitor.marks["field"]},
                {**fields, "access_code": codes[n] + visitor.marks["field"]},
                {**fields, "response_id": visitor.marks["field"]},
                {name: value for name, value in fields.items() if name != first},
            ):
                assert visitor.ask("POST", link, wrong)[0] in (303, 409, 422)
                visitor.ask("POST", link, wrong, Accept="application/json")
    for method, path in (
        ("GET", f"/s/{visitor.marks['path']}"),
        ("GET", f"/s/{visitor.marks['path']}/{quote('ก')}%00"),
        ("PUT", f"/s/{visitor.marks['path']}"),
        ("POST", f"/s/{visitor.marks['path']}"),
        ("GET", f"/no/{visitor.marks['path']}"),
    ):
        assert visitor.ask(method, path, {} if method == "POST" else None)[0] >= 400
    assert (
        visitor.ask("POST", f"/s/{place.codes['A1', Instrument.EIT]}", {"e1": visitor.marks["field"] * 9_000})[0] == 413
    )
    bad = {"Content-Type": f"multipart/form-data; boundary={visitor.marks['field']}"}
    assert visitor.ask("POST", f"/s/{place.codes['A1', Instrument.EIT]}", {"x": "y"}, **bad)[0] >= 400
    return numbers


def _filled(page: str) -> dict[str, str]:
    hidden = dict(re.findall(r'<input type="hidden"[^>]* name="([a-z_]+)" value="([^"]*)"', page))
    radios = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', page)
    return {**hidden, **dict(radios)}


def shapes(mark: str) -> list[bytes]:
    """A mark as files might hold it."""
    plain = mark.encode()
    return [plain, mark.upper().encode(), plain.hex().encode(), base64.b64encode(plain)[:-4], mark.encode("utf-16-le")]


def everything_written(found: Installation, server: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file under the installation, and under the database server's folder."""
    for path in sorted({path for root in (found.folder, server) for path in root.rglob("*") if path.is_file()}):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a live server has files that come and go
            continue
        yield path, content


def test_no_file_of_the_installation_holds_a_mark_of_a_visit(
    served: tuple[Installation, SmallRound, list[str]],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found, place, codes = served
    visitor = Visitor(found.base)
    numbers = drive(visitor, place, codes)
    marks = [*visitor.marks.values(), ADDRESS, *codes]
    server = _server_folder(found, tmp_path_factory)
    store = Store(Database(str(found.database)))
    with store.reading() as shelves:
        received = shelves.responses.received([place.assessments["A1"].id])
    assert sum(received.values()) == len(numbers) == 10
    store.blur()
    store.database.close()
    (found.folder / "planted.log").write_bytes(shapes(visitor.marks["agent"])[2] + numbers[0].encode())
    searched, hits = search(everything_written(found, server), marks, numbers)
    assert searched > 3
    assert hits == [("planted.log", visitor.marks["agent"]), ("planted.log", numbers[0])]


def search(
    files: Iterable[tuple[Path, bytes]], marks: list[str], numbers: list[str]
) -> tuple[int, list[tuple[str, str]]]:
    """How many files were searched, and which hold a mark; a log may not even hold the number of a response."""
    searched, hits = 0, []
    for path, content in files:
        searched += 1
        hits += [(path.name, mark) for mark in marks if any(shape in content for shape in shapes(mark))]
        if "log" in path.name:
            hits += [(path.name, number) for number in numbers if number.encode() in content]
    return searched, hits


def _server_folder(found: Installation, factory: pytest.TempPathFactory) -> Path:
    """Where the test's own PostgreSQL keeps its files; for SQLite, where its file lies."""
    if str(found.database).startswith("sqlite"):
        return Path(str(found.database).removeprefix("sqlite:///")).parent
    return next(path for path in factory.getbasetemp().glob("postgres*"))
