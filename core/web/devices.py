"""From a browser's long self-description to words by which people recognise their device."""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"), ("DingTalk/", "DingTalk"), ("Edg/", "Edge"), ("OPR/", "Opera"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
    ("Windows", "Windows"), ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_SHOWN: Final = 60


def device_of(agent: str) -> str | None:
    """`Chrome · Windows`; what nothing is known of is shortened as it came, without control characters."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    known = " · ".join(part for part in (browser, system) if part)
    return (
        known or "".join(character for character in agent if character.isprintable())[:_SHOWN].strip() or None
    )
