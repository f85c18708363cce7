"""The two normal forms of text: what is stored, and what is compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.orm.normalise import SEARCHED_LENGTH, entry_text, normalise, searched

any_text = st.text(st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Café CAFÉ cafe\u0301", "cafe cafe cafe"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("a\u200bb\u202ec\ufeffd\u00ad", "abcd"),
        ("a\tb\r\nc\u3000d\u00a0e", "a b  c d e"),
        ("a\0b", "ab"),
        ("\ud800x\udfff", "x"),
        ("ｶﾞ ㈱ ①", "ガ (株) 1"),
        ("👨\u200d👩\ufe0f", "👨👩"),
        ("𠮷野家", "𠮷野家"),
        ("Привет", "привет"),
        ("Acme\x07", "acme "),
    ],
)
def test_comparison_folds_what_the_eye_does_not_separate(written: str, compared: str) -> None:
    assert normalise(written) == compared


@given(any_text)
@example("\u0345")
@example("ᾳ\u0345\u0300")
def test_comparison_is_stable(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\0" not in once
    once.encode()


@given(any_text)
def test_stored_text_is_composed_and_can_be_stored(text: str) -> None:
    stored = entry_text(text)
    assert "\0" not in stored
    stored.encode()
    assert unicodedata.is_normalized("NFC", stored)
    assert entry_text(stored) == stored


def test_stored_text_keeps_what_was_meant() -> None:
    assert entry_text("Cafe\u0301 ＡＢ 👨\u200d👩 𠮷") == "Café ＡＢ 👨\u200d👩 𠮷"
    assert entry_text("a\0b") == "ab"
    assert entry_text("张\0三") == "张三"
    assert entry_text("x\ud842\udfb7y\ud800") == "x𠮷y\ufffd"


def test_search_sees_the_beginning_only() -> None:
    assert len(searched("汉" * 1000)) == SEARCHED_LENGTH
    assert len(searched("\ufdfa" * 1000)) == SEARCHED_LENGTH


def test_chinese_and_small_letters_are_in_their_normal_form() -> None:
    """`normalise` gives them back as they are; here each is folded with a character that is not."""
    plain = [*map(chr, range(0x4E00, 0xA000)), *"abcdefghijklmnopqrstuvwxyz0123456789 "]
    assert [normalise(f"Ａ{one}") for one in plain] == [f"a{one}" for one in plain]
    assert [normalise(f"张{one}") for one in plain] == [f"张{one}" for one in plain]
