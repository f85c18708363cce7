"""Passwords: stored, verified, refused, and derived for demonstration accounts."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher

from core.auth import passwords
from core.auth.demo_passwords import demo_password, is_demo_password, is_loopback
from core.auth.passwords import TooBusy, hash_password, problems, verify_password
from core.auth.tokens import hash_token, new_token

pytestmark = pytest.mark.usefixtures("dear_passwords")


@pytest.fixture(scope="module")
def stored(dear_passwords: None) -> str:
    return hash_password("a sentence nobody guesses")


def test_only_the_exact_password_is_right(stored: str) -> None:
    assert stored.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert verify_password(stored, "a sentence nobody guesses").ok
    assert not verify_password(stored, "A sentence nobody guesses").ok
    assert not verify_password(stored, "a sentence nobody guesses ").ok
    assert not verify_password(stored, "").ok
    assert not verify_password(stored, "x" * 100_000).ok
    assert not verify_password("no hash at all", "a sentence nobody guesses").ok


def test_the_same_characters_from_another_keyboard(stored: str) -> None:
    found = hash_password("caf\u00e9 im Sommer")
    assert verify_password(found, "cafe\u0301 im Sommer").ok


def test_nobody_takes_as_long_as_somebody(stored: str) -> None:
    verify_password(None, "warm up")

    def spent(hash_: str | None) -> float:
        best = 9.0
        for _n in range(3):
            start = time.thread_time()
            assert not verify_password(hash_, "wrong password").ok
            best = min(best, time.thread_time() - start)
        return best

    known, unknown = spent(stored), spent(None)
    assert 0.5 < known / unknown < 2
    assert not verify_password(None, "nobody has this password").ok


def test_a_weaker_hash_is_replaced(stored: str) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("old and weak 77")
    found = verify_password(weak, "old and weak 77")
    assert found.ok and found.rehash is not None and verify_password(found.rehash, "old and weak 77").ok
    assert verify_password(stored, "a sentence nobody guesses").rehash is None
    assert verify_password(weak, "wrong").rehash is None


def test_few_at_once(monkeypatch: pytest.MonkeyPatch, stored: str) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.05)
    with passwords._Turn(), passwords._Turn():
        answer: list[bool] = []

        def try_it() -> None:
            try:
                verify_password(stored, "x")
            except TooBusy:
                answer.append(True)

        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert answer == [True]
    assert not verify_password(stored, "x").ok


@pytest.mark.parametrize(
    "bad",
    [
        "short", "123456789", "1234567890", "0987654321", "abcdefghij", "qwertyuiop", "1qaz2wsx3edc",
        "password123", "Password2026!", "P@ssw0rd2026", "!!!admin!!!", "admin12345", "iloveyou99",
        "aaaaaaaaaaaa", "abcabcabcabc", "12341234123412", "woaini1314520", "letmeinnow1", "welcome2026",
        "summer2026!!", "passwordpassword", "dragonmonkey", "correcthorsebatterystaple", "          ",
        "生日快乐生日快乐1", "我爱你1314520", "qwerty123456",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(bad: str) -> None:
    assert problems(bad, login="somebody")


@pytest.mark.parametrize(
    "good",
    [
        "the tram stops at seven", "gelber-koffer-im-regen", "kx9 fe2 mo7 pla", "春眠不觉晓处处闻啼鸟",
        "xxxTq7-vRz2",
        "k" + "orange umbrella walks home " * 4,
    ],
)  # fmt: skip
def test_length_is_enough(good: str) -> None:
    assert problems(good, login="somebody") == []


def test_what_follows_from_the_account_is_refused() -> None:
    assert problems("liwei-drives-home", login="LiWei")
    assert problems("liwei drives home", login="liwei@example.com")
    assert problems("今天张伟不在办公室里面", login="z", names=["张伟"])
    assert problems("the tram stops at seven", login="ab", names=["", "Wang Fang"]) == []
    assert problems("mywangfangisgreat", login="x", names=["Wang Fang"])


def test_limits_are_told_in_words() -> None:
    assert problems("short", login="x")[0].translate("en") == "A password needs at least 10 characters."
    assert problems("x" * 257, login="y")[0].translate("en") == "A password has at most 256 characters."
    with pytest.raises(ValueError):
        hash_password("")


def test_demonstration_passwords_are_derived_and_useless_from_outside() -> None:
    one, other = b"1" * 32, b"2" * 32
    found = demo_password(one, "Wang")
    assert found == demo_password(one, "wang")
    assert found != demo_password(other, "wang") and found != demo_password(one, "li")
    assert len(found.split("-")) == 4
    assert is_demo_password(one, "wang", found, "127.0.0.1")
    assert not is_demo_password(one, "wang", found, "192.168.1.4")
    assert not is_demo_password(one, "wang", found, None)
    assert not is_demo_password(one, "wang", found + "x", "127.0.0.1")
    assert not is_demo_password(other, "wang", found, "::1")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False), ("localhost", False), ("", False), (None, False), ("0.0.0.0", False),
        ("0177.0.0.1", False), ("fe80::1%eth0", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(address: str | None, local: bool) -> None:
    assert is_loopback(address) is local


def test_tokens_are_long_and_kept_as_digests() -> None:
    one, other = new_token(), new_token()
    assert one != other and len(one) >= 43
    assert hash_token(one) != one and len(hash_token(one)) == 64
    assert hash_token("\ud800") == hash_token("\ud800")
