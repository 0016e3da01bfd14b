"""Walks pages as a person would, and inspects every page it sees."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

THAI = re.compile("[ก-๙]")


class Page(HTMLParser):
    """What matters of a page: its headings, labels, ids, fields, and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.lang = ""
        self.title = ""
        self.h1: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.references: list[str] = []
        self._inside: list[str] = []
        self._label_depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if tag == "html":
            self.lang = found.get("lang", "")
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self._label_depth += 1
            self.labelled.add(found.get("for", ""))
        if tag in ("input", "textarea", "select"):
            self.fields.append({**found, "_in_label": "yes" if self._label_depth else ""})
        if tag == "form":
            self.forms.append(found)
        self.references += [found[name] for name in ("href", "src") if name in found]

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._label_depth -= 1

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] == "title":
            self.title += data
        if self._inside and self._inside[-1] == "h1" and data.strip():
            self.h1.append(data.strip())
            self._inside.append("")

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        return next(field["value"] for field in self.fields if field.get("name") == name)

    def check(self) -> None:
        """What every page owes everybody."""
        assert self.lang in ("th", "en")
        assert self.title.strip()
        assert len(self.h1) == 1, self.h1
        assert len(self.ids) == len(set(self.ids)), "an id is there twice"
        for field in self.fields:
            if field.get("type") != "hidden":
                named = field.get("id") in self.labelled or field["_in_label"] or "aria-label" in field
                assert named, f"a field without a label: {field}"
        for form in self.forms:
            action = form.get("action", "")
            if form.get("method", "").lower() == "post" and not action.lower().startswith(("/s/", "/results/receipt")):
                assert 'name="csrf_token"' in self.html
        assert not [ref for ref in self.references if ref.startswith(("//", "http:")) and "127.0.0.1" not in ref]
        if self.lang == "th":
            assert THAI.search(self.title), "an untranslated title"


def see(response: TestResponse) -> Page:
    """The page in a response, after checking it."""
    page = Page(response.get_data(as_text=True))
    page.check()
    return page


def text_of(response: TestResponse) -> str:
    """The words of a page, as somebody reads them: without the unseen signs that keep a line from ending."""
    return as_read(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def as_read(text: str) -> str:
    """A text without word joiners and the like; a blank that holds its neighbours is a blank."""
    return re.sub("[\u200b\u2060]", "", text).replace("\xa0", " ")


class Phone:
    """A person with a phone and a link."""

    def __init__(self, client: FlaskClient, code: str) -> None:
        self.client = client
        self.code = code
        self.page: Page | None = None
        self.answers: dict[str, str] = {}

    def open(self) -> Phone:
        """Open the link."""
        response = self.client.get(f"/s/{self.code}")
        assert response.status_code == 200
        self.page = see(response)
        return self

    def choose_everything(self, place: int = 0) -> Phone:
        """Choose the choice at the same place everywhere."""
        assert self.page is not None
        radios: dict[str, list[str]] = {}
        for field in self.page.fields:
            if field.get("type") == "radio":
                radios.setdefault(field["name"], []).append(field["value"])
        self.answers = {name: values[min(place, len(values) - 1)] for name, values in radios.items()}
        return self

    @property
    def fields(self) -> dict[str, str]:
        """What was chosen, with the hidden fields of the page."""
        assert self.page is not None
        return {f["name"]: f["value"] for f in self.page.fields if f.get("type") == "hidden"} | self.answers

    def hand_in(self, **other: str) -> TestResponse:
        """Send what was chosen, with the hidden fields of the page."""
        return self.client.post(f"/s/{self.code}", data={**self.fields, **other})
