"""Adds browser libraries, compiled catalogues, readings of Chinese and the scaffold to the wheel; see ``setup.cfg``.

All but the last are made from committed files and not committed; an installed Keyuan needs neither Node nor npm.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parents[1]


def generate() -> None:
    """Make the files that are shipped but not committed."""
    assets = load("core.web.assets")
    load("core.i18n_extract")
    catalogues = load("core.i18n_catalogues")
    assets.ensure()
    load("core.orm.pinyin_tables").write()
    for package in (ROOT / "core", *sorted((ROOT / "addons").iterdir())):
        catalogues.compile_catalogues(package)


def load(name: str) -> ModuleType:
    """A module of the project, without importing the packages above it: the dependencies are not here."""
    path = ROOT.joinpath(*name.split(".")).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BuildPy(build_py):
    """Builds the packages; ``template/`` becomes ``core/template`` beside the command that copies it."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        generate()
        shutil.rmtree(self.build_lib, ignore_errors=True)  # files of an earlier build would be shipped again
        super().run()
        if (ROOT / "template").is_dir():
            target = Path(self.build_lib) / "core" / "template"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(
                ROOT / "template", target, ignore=shutil.ignore_patterns("__pycache__", ".*_cache", "*.pyc")
            )


class Sdist(sdist):
    """The source archive carries the generated files, so that a wheel is built from it without Node."""

    def run(self) -> None:
        generate()
        super().run()
