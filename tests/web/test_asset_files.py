"""Styles and pictures: compressed where that helps, kept for ever by their mark, and never asked of the database."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from surveyapp.web.asset_files import ASSETS, address


@pytest.mark.parametrize("name", sorted(path.name for path in ASSETS.iterdir()))
def test_a_file_comes_whole_packed_or_plain_and_may_be_kept_by_its_mark(client: FlaskClient, name: str) -> None:
    kept = (ASSETS / name).read_bytes()
    plain = client.get(address(name))
    packed = client.get(address(name), headers={"Accept-Encoding": "gzip"})
    assert plain.data == kept
    if packed.headers.get("Content-Encoding") == "gzip":
        assert len(packed.data) < len(kept)
        assert gzip.decompress(packed.data) == kept
    else:
        assert packed.data == kept
    for answer in (plain, packed):
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_by_another_mark_a_file_is_not_kept_and_what_is_not_there_is_no_page(client: FlaskClient) -> None:
    assert client.get("/assets/desk.css?v=0123456789ab").headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/desk.css").headers["Cache-Control"] == "no-cache"
    for name in ("nothing.css", "..%2Fdress.py", "%00"):
        assert client.get(f"/assets/{name}").status_code == 404


def test_the_style_of_the_desk_travels_packed(client: FlaskClient) -> None:
    packed = client.get(address("desk.css"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == "text/css; charset=utf-8"
