"""Where addons are found, and that whatever is wrong with one of them stays with that one."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import core
from core.config import Config
from core.errors import ConfigError, ManifestError
from core.modules import discovery
from core.modules.discovery import Found, discover
from tests.core.modules.bench import Addons


def test_folders_on_the_addons_path_are_found_under_their_own_import_name(addons: Addons) -> None:
    folder = addons.add("acme_one")
    addons.add("acme_two", depends=["acme_one"])
    (addons.folder / "no_addon").mkdir()
    (addons.folder / "notes.txt").touch()
    addons.add(".hidden")
    addons.add("_draft")
    found = addons.find()
    assert sorted(name for name in found if name.startswith(("acme", "no", ".", "_"))) == [
        "acme_one",
        "acme_two",
    ]
    one = found["acme_one"]
    assert (one.package, one.folder, one.source, one.error) == ("acme_one", folder, "folder", None)
    assert found["acme_two"].manifest is not None
    assert found["acme_two"].manifest.depends == ("acme_one",)


def test_the_addons_path_goes_to_the_end_of_the_import_path_once(addons: Addons) -> None:
    addons.add("acme_one")
    addons.find()
    addons.find()
    assert sys.path[-1] == str(addons.folder)
    assert sys.path.count(str(addons.folder)) == 1


def test_the_built_in_folder_is_found_as_namespace_and_not_a_second_time() -> None:
    root = Path(core.__file__).resolve().parents[1]
    before = list(sys.path)
    found = [
        each for each in discover(Config(root / "state", (root / "addons",))) if each.source == "built-in"
    ]
    assert sys.path == before
    folders = {path.parent.name for path in (root / "addons").glob("*/manifest.py")}
    assert {each.name for each in found} == folders
    assert all(each.package == f"addons.{each.name}" for each in found)


def test_an_addons_path_that_is_not_there_is_no_reason_to_stop(addons: Addons, tmp_path: Path) -> None:
    addons.add("acme_one")
    assert "acme_one" in addons.find(tmp_path / "not mounted")
    assert str(tmp_path / "not mounted") not in sys.path


def test_safe_mode_looks_at_no_addon(addons: Addons) -> None:
    addons.add("acme_one", {"manifest.py": "raise SystemExit(3)"})
    assert addons.find(safe_mode=True) == {}
    assert "acme_one.manifest" not in sys.modules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("raise RuntimeError('the licence server is away')", "RuntimeError: the licence server is away"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("manifest = Manifest(", "SyntaxError"),
        ("import acme_not_installed", "ModuleNotFoundError: No module named 'acme_not_installed'"),
        ("manifest = {'name': 'acme_bad'}", "must define manifest = Manifest"),
        ("", "must define manifest = Manifest"),
        ("from core.modules.manifest import Manifest\nmanifest = Manifest(name='acme_bad', title='x', version='x')",
         "version must look like"),
        ("from core.modules.manifest import Manifest\nmanifest = Manifest(name='acme_bad', title='x')", "TypeError"),
        ("from core.modules.manifest import Manifest\nmanifest = Manifest(name='acme_else', title='x', version='1.0')",
         "is called acme_bad but its manifest says acme_else"),
        ("def f(): f()\nf()", "RecursionError"),
    ],
)  # fmt: skip
def test_a_broken_manifest_stays_with_its_addon(addons: Addons, text: str, words: str) -> None:
    folder = addons.add("acme_bad", {"manifest.py": text})
    addons.add("acme_good")
    found = addons.find()
    assert found["acme_good"].error is None
    error = found["acme_bad"].error
    assert isinstance(error, ManifestError)
    assert words in str(error)
    assert (error.addon, error.file) == ("acme_bad", str(folder / "manifest.py"))


def test_the_error_of_a_broken_manifest_shows_the_line(addons: Addons) -> None:
    addons.add("acme_bad", {"manifest.py": "\n\nvalue = {}['title']\n"})
    notes = addons.find()["acme_bad"].error.__notes__  # type: ignore[union-attr]
    assert notes == ["acme_bad/manifest.py:3 in <module>: value = {}['title']"]


def test_a_manifest_that_never_ends_is_stopped(addons: Addons) -> None:
    addons.add("acme_slow", {"manifest.py": "while True: pass"})
    addons.add("acme_good")
    config = Config(addons.folder / "state", (addons.folder,))
    found = {each.name: each for each in discover(config, limit=0.3)}
    assert "not finished after 0.3 seconds" in str(found["acme_slow"].error)
    assert found["acme_good"].error is None


def test_an_addon_for_another_kernel_is_refused_with_both_versions(addons: Addons) -> None:
    addons.add("acme_new", core=">=9.0,<10.0")
    error = addons.find()["acme_new"].error
    assert str(error) == f"acme_new 1.0.0 is made for kernel >=9.0,<10.0; this is kernel {core.__version__}."


@pytest.mark.parametrize("name", ["My-Addon", "pg_tools", "x"])
def test_a_folder_with_an_impossible_name_is_reported(addons: Addons, name: str) -> None:
    addons.add(name)
    assert isinstance(addons.find()[name].error, ManifestError)


@pytest.mark.parametrize("name", ["email", "sqlalchemy"])
def test_an_addon_cannot_take_or_shadow_an_existing_package(addons: Addons, name: str) -> None:
    addons.add(name)
    error = addons.find()[name].error
    assert f"under the name {name}" in str(error)
    addons.names.clear()


def test_of_two_addons_with_one_name_neither_is_used_and_both_places_are_named(
    addons: Addons, tmp_path: Path
) -> None:
    addons.add("acme_one")
    other = Addons(tmp_path / "other")
    other.add("acme_one")
    config = Config(tmp_path, (addons.folder, other.folder))
    both = [each for each in discover(config) if each.name == "acme_one"]
    assert len(both) == 2
    for each in both:
        assert str(addons.folder / "acme_one") in str(each.error)
        assert str(other.folder / "acme_one") in str(each.error)


def test_the_name_of_the_kernels_addon_is_taken(addons: Addons) -> None:
    addons.add("base")
    config = Config(addons.folder / "state", (addons.folder,))
    kernel, other = [each for each in discover(config) if each.name == "base"]
    assert kernel.source == "kernel"
    assert "several addons named base" not in str(kernel.error)
    assert "several addons named base" in str(other.error)


class Distribution:
    """Installed metadata with one entry point, as `importlib.metadata` gives it."""

    def __init__(self, name: str, value: str) -> None:
        self.entry = SimpleNamespace(
            name=name, value=value, dist=SimpleNamespace(name="acme-loyalty", version="2.1.0")
        )

    def __call__(self, *, group: str) -> list[SimpleNamespace]:
        return [self.entry] if group == "keyuan.addons" else []


@pytest.mark.parametrize("value", ["acme_pack.manifest:manifest", "acme_pack"])
def test_an_installed_distribution_is_found_by_its_entry_point(
    addons: Addons, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    folder = addons.add("acme_pack", name="acme_loyalty")
    monkeypatch.syspath_prepend(str(addons.folder))
    monkeypatch.setattr(importlib.metadata, "entry_points", Distribution("acme_loyalty", value))
    found = {each.name: each for each in discover(Config(addons.folder, ()))}["acme_loyalty"]
    assert (found.package, found.folder, found.source) == ("acme_pack", folder, "distribution")
    assert (found.place, found.error) == ("acme-loyalty 2.1.0", None)


def test_an_entry_point_that_leads_nowhere_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        importlib.metadata, "entry_points", Distribution("acme_loyalty", "acme_gone.manifest:manifest")
    )
    found = {each.name: each for each in discover(Config(tmp_path, ()))}["acme_loyalty"]
    assert "No module named 'acme_gone'" in str(found.error)


def test_a_folder_that_is_installed_as_well_counts_once(
    addons: Addons, monkeypatch: pytest.MonkeyPatch
) -> None:
    addons.add("acme_one")
    monkeypatch.setattr(
        importlib.metadata, "entry_points", Distribution("acme_one", "acme_one.manifest:manifest")
    )
    config = Config(addons.folder / "state", (addons.folder,))
    (found,) = [each for each in discover(config) if each.name == "acme_one"]
    assert found.error is None


def test_the_titles_of_addons_are_read_in_the_readers_language(toys: list[Found]) -> None:
    (toy,) = [each for each in toys if each.name == "toy_base"]
    assert toy.manifest is not None and not isinstance(toy.manifest.title, str)
    assert toy.manifest.title.translate("zh_CN") == "案件"
    assert toy.manifest.title.translate("en") == "Cases"


def test_somebody_elses_package_addons_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = tmp_path / "addons" / "__init__.py"
    foreign.parent.mkdir()
    foreign.touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "addons", raising=False)
    with pytest.raises(ConfigError, match="is not Keyuan's"):
        discover(Config(tmp_path, ()))


def test_somebody_elses_package_core_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery.core, "__file__", str(tmp_path / "core" / "__init__.py"))
    with pytest.raises(ConfigError, match="is not Keyuan's"):
        discover(Config(tmp_path, ()))
