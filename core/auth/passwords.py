"""Passwords: stored slowly, checked in equal time, and refused when anybody would guess them.

Length decides, not composition: no rule asks for capitals or digits. What is refused is what stands on every list
of stolen passwords, with or without digits around it, and what follows from the account itself.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import UserError
from core.i18n import LazyString, _

MINIMUM_LENGTH: Final = 10
MAXIMUM_LENGTH: Final = 256

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
"""About 80 ms and 46 MiB each on an ordinary core; above the least that OWASP names (1 pass over 46 MiB)."""

_AT_ONCE: Final = threading.BoundedSemaphore(2)
_PATIENCE: Final = 15.0
_NOISE: Final = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~，。！？、"
_LOOKALIKES: Final = str.maketrans("013457@$", "oieastas")


class TooBusy(UserError):
    """More people sign in at this moment than passwords can be checked; nothing was wrong with this one."""

    default = _("Too many people are signing in at the moment. Please try again in a few seconds.")


@dataclass(frozen=True, slots=True)
class Verified:
    """`ok` says whether the password is right; `rehash` is a new hash to store when the stored one is weaker."""

    ok: bool
    rehash: str | None = None


class _Turn:
    """One of the few places for the expensive work, so that a burst of sign-ins cannot take all memory."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise TooBusy()

    def __exit__(self, *_exc: object) -> None:
        _AT_ONCE.release()


def normalised(password: str) -> str:
    """The same characters whatever keyboard wrote them (NFC); what is hashed is exactly this."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """What is stored for `password`. Raises ValueError where `problems` was not asked before."""
    if not password or len(password) > MAXIMUM_LENGTH:
        raise ValueError("a password has 1 to 256 characters")
    with _Turn():
        return _HASHER.hash(normalised(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def verify_password(stored: str | None, password: str) -> Verified:
    """Compare with a stored hash; None (no such user, no password yet) takes the same time and is never right."""
    if len(password) > MAXIMUM_LENGTH:
        password = ""
    with _Turn():
        try:
            _HASHER.verify(stored or _nobody(), normalised(password))
        except (VerificationError, InvalidHashError):
            return Verified(False)
        if stored is None:
            return Verified(False)
        rehash = _HASHER.hash(normalised(password)) if _HASHER.check_needs_rehash(stored) else None
    return Verified(True, rehash)


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    text = files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def problems(password: str, *, login: str, names: Iterable[str] = ()) -> list[LazyString]:
    """Why `password` is not accepted for this account, in words; empty when it is.

    `names` are further words tied to the account (the person's name, the mail address, the company).
    """
    text = normalised(password)
    if len(text) < MINIMUM_LENGTH:
        return [_("A password needs at least {n} characters.", n=MINIMUM_LENGTH)]
    if len(text) > MAXIMUM_LENGTH:
        return [_("A password has at most {n} characters.", n=MAXIMUM_LENGTH)]
    if not text.strip():
        return [_("A password cannot consist of spaces only.")]
    if _is_guessable(text.casefold()):
        return [_("This password is on the lists that attackers try first. A short sentence is better.")]
    if any(_contains(text.casefold(), word) for word in (login, login.partition("@")[0], *names)):
        return [_("The password contains your name or login name.")]
    return []


def _contains(text: str, word: str) -> bool:
    plain = "".join(word.casefold().split())
    shortest = 3 if plain.isascii() else 2
    return len(plain) >= shortest and plain in "".join(text.split())


def _is_guessable(text: str) -> bool:
    """A listed word alone, repeated, spelled with lookalikes or with digits around it; a walk along a row of keys."""
    words, core = _common_words(), text.strip(_NOISE)
    unit = _repeated_unit(text)
    plain = {text, core, unit, unit.strip(_NOISE)}
    if words & (plain | {one.translate(_LOOKALIKES) for one in plain}):
        return True
    return len(set(text)) < 5 or _is_walk(text) or _is_two_words(core, words)


def _repeated_unit(text: str) -> str:
    """The shortest piece that `text` repeats: 'abcabcab' gives 'abc'."""
    for size in range(1, len(text) // 2 + 1):
        if (text[:size] * (len(text) // size + 1)).startswith(text):
            return text[:size]
    return text


_ROWS: Final = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)  # fmt: skip


def _is_walk(text: str) -> bool:
    """At most one jump for four characters: '1234567890abcd', 'qwertyuiop12'."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    steps = sum(any(pair in row for row in rows) for pair in map("".join, pairwise(text)))
    return steps >= (len(text) - 1) * 3 / 4


def _is_two_words(text: str, words: frozenset[str]) -> bool:
    return any(text[:cut] in words and text[cut:].strip(_NOISE) in words for cut in range(3, len(text) - 2))
