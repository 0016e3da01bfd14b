"""A thousand submissions over a network that drops, cuts, delays and repeats: none lost, none doubled."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import threading
import urllib.request
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from tests.network import BadNetwork
from tests.running import install

SUBMISSIONS = 1_000
SENDERS = 8


def test_a_thousand_submissions_over_a_bad_network(tmp_path: Path) -> None:
    """Each sender keeps what it sends, and sends the same again, until an answer names its number."""
    place = install(tmp_path / "house")
    place.run("init-db")
    place.run("demo", "--agencies", "2", "--responses", "10")
    url = next(each["url"] for each in place.ask("links", "--agency", "TT001", "--json") if each["instrument"] == "eit")
    with place.serving(), BadNetwork(place.port).working() as network:
        page = urllib.request.urlopen(url).read().decode()
        before = _rows(place.folder)
        senders = [_Sender(page, url.rsplit("/", 1)[1], network.port, seed) for seed in range(SENDERS)]
        threads = [threading.Thread(target=each.send_all) for each in senders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    drafts = {number: answers for each in senders for number, answers in each.drafts.items()}
    acknowledged = {number: answers for each in senders for number, answers in each.acknowledged.items()}
    kept = {number: answers for number, answers in _rows(place.folder).items() if number not in before}
    assert not drafts
    assert len(acknowledged) == SUBMISSIONS
    assert kept == acknowledged
    assert min(network.happened.values()) > SUBMISSIONS // 20, network.happened


class _Sender:
    """A phone: its drafts stay until an answer names them."""

    def __init__(self, page: str, code: str, port: int, seed: int) -> None:
        self.path = f"/s/{code}"
        self.port = port
        self.random = Random(seed)
        self.paper = re.findall(r'name="?paper"? value="?([0-9a-f]{64})', page)[0]
        self.choices: dict[str, list[str]] = {}
        for tag in re.findall(r"<input[^>]*>", page):
            found = dict(re.findall(r'(\w+)="?([^"\s>]+)', tag))
            if found.get("type") == "radio":
                self.choices.setdefault(found["name"], []).append(found["value"])
        self.drafts: dict[str, bytes] = {}
        self.acknowledged: dict[str, bytes] = {}

    def send_all(self) -> None:
        for _ in range(SUBMISSIONS // SENDERS):
            number = f"{self.random.getrandbits(128):032x}"
            chosen = {name: self.random.choice(values) for name, values in self.choices.items()}
            packed = bytes(self.choices[name].index(value) + 1 for name, value in chosen.items())
            self.drafts[number] = packed
            body = urlencode({**chosen, "paper": self.paper, "response_id": number})
            while self.drafts.get(number):
                if self._attempt(body) == number:
                    self.acknowledged[number] = self.drafts.pop(number)

    def _attempt(self, body: str) -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Connection": "close",
        }
        try:
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status in (200, 201, 503), content
            return json.loads(content).get("received")  # type: ignore[no-any-return]
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()


def _rows(folder: Path) -> dict[str, bytes]:
    with sqlite3.connect(folder / "surveyapp.db") as database:
        found = database.execute("select hex(id), answers from response").fetchall()
    database.close()
    assert len({number for number, _ in found}) == len(found)
    return {number.lower(): answers for number, answers in found}
