"""The locks pin everything by hash, name no server, and agree with each other and with setup.cfg."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["runtime", "embedded", "dev", "node"]


def pins(name: str) -> dict[str, str]:
    """Package -> version of a lock; fails for a line without a hash."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.findall(
        r"^([a-z0-9][\w.-]*)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M
    )
    assert len(entries) == len(re.findall(r"^[^ #\n]", text, re.M))
    return {normal(package): version for package, version, _hashes in entries}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def required(option: str, section: str = "options") -> set[str]:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = [line for line in parser[section][option].splitlines() if line]
    return {normal(re.split(r"[\[<>=! ]", line)[0]) for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_by_hash_and_no_server_is_named(name: str) -> None:
    assert pins(name)
    assert "://" not in (ROOT / "requirements" / f"{name}.txt").read_text()


def test_the_locks_agree() -> None:
    dev = pins("dev")
    for name in ("runtime", "embedded"):
        for package, version in pins(name).items():
            assert dev.get(package, version) == version, package
    assert pins("runtime").keys() <= dev.keys()


def test_everything_required_is_locked() -> None:
    assert required("install_requires") <= pins("runtime").keys()
    assert required("test", "options.extras_require") <= pins("dev").keys()
    assert required("dev", "options.extras_require") <= pins("dev").keys()


def test_the_browser_libraries_are_pinned_by_hash_and_no_server_is_named() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for package, version in wanted.items():
        assert locked[f"node_modules/{package}"]["version"] == version
    for place, entry in locked.items():
        assert not place or entry["integrity"].startswith("sha512-"), place
        assert "resolved" not in entry, place
