"""The language and the time zone that the running code speaks in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import Locale

LANGUAGES: Final = ("zh_CN", "en")
"""Every language of the interface. The source texts are English."""

UTC: Final = ZoneInfo("UTC")

_language: ContextVar[str] = ContextVar("keyuan_language", default="en")
_time_zone: ContextVar[ZoneInfo] = ContextVar("keyuan_time_zone", default=UTC)


def current_language() -> str:
    """The language in which ``str()`` of a lazy string renders; English outside any request or job."""
    return _language.get()


def current_time_zone() -> ZoneInfo:
    """The zone in which times are shown; UTC outside any request or job."""
    return _time_zone.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Speak `language` inside the block, in this thread or task only.

    Raises ValueError for a language that Keyuan does not have, because the value often comes from a stored
    row.
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def use_time_zone(zone: str | ZoneInfo) -> Iterator[None]:
    """Show times in `zone` inside the block. Raises ValueError for a zone that does not exist."""
    token = _time_zone.set(time_zone(zone))
    try:
        yield
    finally:
        _time_zone.reset(token)


def time_zone(zone: str | ZoneInfo) -> ZoneInfo:
    """The zone of that IANA name. Raises ValueError, whatever odd text a form or a file brings as a name."""
    if isinstance(zone, ZoneInfo):
        return zone
    try:
        return ZoneInfo(zone)
    except (LookupError, OSError, ValueError) as error:
        raise ValueError(f"unknown time zone {zone!r}") from error


def negotiate(wanted: Iterable[str], default: str = "en") -> str:
    """The first language of ours among `wanted` codes such as ``zh-Hans-CN``, as a browser sends them."""
    for code in wanted:
        primary = code.strip().replace("_", "-").split("-", 1)[0].lower()
        if primary in ("zh", "en"):
            return "zh_CN" if primary == "zh" else "en"
    return default


@cache
def locale_of(language: str) -> Locale:
    """Babel's data of one of our languages."""
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}")
    return Locale.parse(language)
