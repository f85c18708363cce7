"""Codes of an app against the numbers of the standard; sealed keys; recovery codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.auth.totp import address_of, code_of, key_in_words, matching_step, new_key, step_at
from core.auth.vault import Sealed, seal, unseal

RFC_KEY = b"12345678901234567890"
NOON = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
SECRET, OTHER = b"s" * 32, b"t" * 32


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code_of(RFC_KEY, seconds // 30) == code[-6:]


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(steps: int, accepted: bool) -> None:
    code = code_of(RFC_KEY, step_at(NOON) + steps)
    assert (matching_step(RFC_KEY, code, NOON) is not None) is accepted


def test_a_code_and_all_before_it_are_refused_after_use() -> None:
    here = step_at(NOON)
    assert matching_step(RFC_KEY, code_of(RFC_KEY, here), NOON, after=here) is None
    assert matching_step(RFC_KEY, code_of(RFC_KEY, here - 1), NOON, after=here) is None
    assert matching_step(RFC_KEY, code_of(RFC_KEY, here + 1), NOON, after=here) == here + 1
    later = NOON + timedelta(seconds=30)
    assert matching_step(RFC_KEY, code_of(RFC_KEY, here), later, after=here) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert matching_step(RFC_KEY, code, NOON) is None


def test_apps_are_told_key_name_and_issuer() -> None:
    key = new_key()
    assert len(key) == 20 and key != new_key()
    words = key_in_words(RFC_KEY)
    assert words == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    address = address_of(RFC_KEY, "ann@office", "Keyuan")
    assert address == f"otpauth://totp/Keyuan%3Aann%40office?secret={words.replace(' ', '')}&issuer=Keyuan"


def test_what_is_sealed_opens_with_the_same_secret_for_the_same_purpose_only() -> None:
    text = seal(SECRET, RFC_KEY, "totp:7")
    assert unseal(SECRET, text, "totp:7") == RFC_KEY
    assert seal(SECRET, RFC_KEY, "totp:7") != text
    assert RFC_KEY.decode() not in text
    changed = text[:-3] + ("A" if text[-3] != "A" else "B") + text[-2:]
    for secret, sealed, purpose in (
        (OTHER, text, "totp:7"), (SECRET, text, "totp:8"), (SECRET, changed, "totp:7"), (SECRET, "1.x", "totp:7"),
        (SECRET, "", "totp:7"),
    ):  # fmt: skip
        with pytest.raises(Sealed):
            unseal(secret, sealed, purpose)
