"""Thai cut into words: nothing is lost, and no vowel loses its letter."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.adapters.thai_words import words

thai = st.text(alphabet=[chr(sign) for sign in range(0x0E00, 0x0E80)] + list(" a1\n"), max_size=60)


@given(st.text(max_size=40) | thai)
def test_the_words_together_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(words(text))


@given(thai)
def test_no_word_begins_with_a_mark_of_the_word_before(text: str) -> None:
    for before, word in zip(words(text), words(text)[1:], strict=False):
        if "\u0e00" <= before[-1] <= "\u0e7f":
            assert unicodedata.category(word[0]) != "Mn"


def test_a_thai_sentence_comes_apart_and_english_at_its_spaces() -> None:
    assert words("ทำตามขั้นตอนที่กำหนดไว้") == ["ทำ", "ตาม", "ขั้น", "ตอน", "ที่", "กำหนด", "ไว้"]
    assert words("set steps, 2") == ["set", " ", "steps,", " ", "2"]
