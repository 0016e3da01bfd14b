"""Addresses of evidence: what is a whole web address, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.checklist_sheet import LONGEST_URL, is_web_address

from .builders import examples


@pytest.mark.parametrize(
    "url",
    [
        "https://www.nacc.go.th",
        "http://example.go.th/",
        "HTTPS://WWW.Example.go.th/ITA",
        "https://example.go.th:8443/a?b=c&d=%E0%B8%81#e",
        "https://ไทย.ไทย/หน้า/แรก",
        "https://xn--o3cw4h.xn--o3cw4h/",
        "https://drive.google.com/file/d/1a2B3c/view?usp=sharing",
        "https://example.go.th/mail?to=a@b.go.th",
        "https://example.go.th/a,b;c(1)",
        "http://192.0.2.7/x",
    ],
)
def test_whole_web_addresses_are_taken(url: str) -> None:
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.example.go.th",
        "example.go.th/ita",
        "//example.go.th",
        "javascript:alert(1)",
        "JaVaScRiPt://example.go.th/%0aalert(1)",
        "data:text/html,<b>x",
        "file:///etc/passwd",
        "ftp://example.go.th/",
        "mailto:a@example.go.th",
        "https://",
        "https:///ita",
        "https:example.go.th",
        "https://?q=example.go.th",
        "https://:443/",
        "https://localhost/",
        "https://user@example.go.th/",
        "https://user:secret@example.go.th/",
        "https://example.go.th\\@evil.example/",
        "https://[::1]/",
        "https://[fd00::1]:8080/",
        "https://[::1",
        "https://::1/",
        "https://[example.go.th]/",
        "https://example.go.th:99999/",
        "https://example.go.th:80a/",
        "https://example.go.th/a b",
        "https://example.go.th/a\tb",
        "https://exam\nple.go.th/",
        " https://example.go.th/",
        "https://example.go.th/\x00",
        "https://example.go.th/" + "a" * LONGEST_URL,
        "https://%2e/",
    ],
)
def test_what_is_not_a_whole_web_address_is_refused(url: str) -> None:
    assert not is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.go.th,https://b.go.th/",
        "https://a.go.th,",
        "https://a.go.th;b.go.th/",
        "https://./",
        "https://../",
        "https://a..go.th/",
        "https://.go.th/",
        "https://a.go.th\\b/",
        'https://a.go.th"onclick=/',
        "https://<b>.go.th/",
        "https://a.go.th|b/",
        "https://[::ffff:127.0.0.1]/",
    ],
)
def test_an_address_whose_host_cannot_be_a_host_is_refused(url: str) -> None:
    assert not is_web_address(url)


def test_the_longest_address_is_still_taken() -> None:
    assert is_web_address("https://example.go.th/".ljust(LONGEST_URL, "a"))
    assert not is_web_address("https://example.go.th/".ljust(LONGEST_URL + 1, "a"))


@examples(200)
@given(url=st.text() | st.text().map(lambda text: f"https://{text}"))
def test_any_text_is_an_address_or_not_and_never_an_error(url: str) -> None:
    assert is_web_address(url) in (True, False)
