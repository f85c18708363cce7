"""The asset fetcher: idle when the stamp is right, else whole or not at all, and clear when it cannot."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from core.web import assets

SVG = """<svg xmlns="x" width="24"
  class="icon">
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M1 1h2" />
</svg>"""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone whose `npm ci` lays out node_modules without a network."""
    for name in ("package.json", "package-lock.json", ".npmrc", "icons.txt"):
        (tmp_path / name).write_text("user\nfilled/star\n")
    monkeypatch.setattr(assets, "MANIFESTS", [tmp_path / m.name for m in assets.MANIFESTS])
    monkeypatch.setattr(assets, "ICONS", tmp_path / "icons.txt")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "static" / "vendor")
    monkeypatch.setattr(assets, "npm", lambda _folder: ["npm"])
    monkeypatch.setattr(assets, "run", lambda _command, folder, _failure: lay_out(folder / "node_modules"))
    return tmp_path


def lay_out(modules: Path) -> None:
    for name in (
        *assets.FILES.values(),
        "@tabler/icons/icons/outline/user.svg",
        "@tabler/icons/icons/filled/star.svg",
    ):
        path = modules / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SVG if path.suffix == ".svg" else name)


def test_files_are_gathered_once(clone: Path) -> None:
    assert assets.ensure() is True
    assert {path.name for path in assets.VENDOR.iterdir()} == {*assets.FILES, "icons.svg", "stamp.txt"}
    assert (assets.VENDOR / "htmx.min.js").read_text() == "htmx.org/dist/htmx.min.js"
    assert assets.ensure() is False
    assert [path.name for path in assets.VENDOR.parent.iterdir()] == ["vendor"]


@pytest.mark.parametrize("name", ["package-lock.json", "icons.txt", ".npmrc"])
def test_a_change_of_what_it_is_made_from_gathers_again(clone: Path, name: str) -> None:
    assets.ensure()
    (clone / name).write_text("user\n")
    assert assets.ensure() is True
    assert assets.ensure() is False


def test_the_sprite_holds_a_symbol_for_each_line(clone: Path) -> None:
    assets.ensure()
    symbols = list(ET.parse(assets.VENDOR / "icons.svg").getroot())
    assert [symbol.get("id") for symbol in symbols] == ["user", "star-filled"]
    assert [[path.get("d") for path in symbol] for symbol in symbols] == [["M1 1h2"], ["M1 1h2"]]


def test_a_failure_leaves_the_old_files_alone(clone: Path) -> None:
    assets.ensure()
    before = (assets.VENDOR / "icons.svg").read_text()
    (clone / "icons.txt").write_text("user\nno-such-icon\n")
    with pytest.raises(assets.AssetError, match=r"icons\.txt: there is no icon 'no-such-icon'"):
        assets.ensure()
    assert (assets.VENDOR / "icons.svg").read_text() == before
    assert [path.name for path in assets.VENDOR.parent.iterdir()] == ["vendor"]


def test_somebody_else_may_have_been_faster(clone: Path) -> None:
    assets.ensure()
    gathered = clone / "static" / "gathered"
    shutil.copytree(assets.VENDOR, gathered)
    (gathered / "icons.svg").write_text("mine")
    assets.replace(gathered, clone / "old")
    assert (assets.VENDOR / "icons.svg").read_text() == "mine"


def test_an_installed_wheel_fetches_nothing(clone: Path) -> None:
    assets.ensure()
    (clone / "package-lock.json").unlink()
    assert assets.ensure() is False
    shutil.rmtree(assets.VENDOR)
    with pytest.raises(assets.AssetError, match="install Keyuan again"):
        assets.ensure()


def test_a_failing_program_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetError, match=r"no packages:\nboom"):
        assets.run(["sh", "-c", "echo boom >&2; exit 3"], tmp_path, "no packages")
