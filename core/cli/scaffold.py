"""`keyuan scaffold`: a new addon that is green from the start."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
from pathlib import Path
from typing import Final

from core.errors import UserError
from core.i18n import _
from core.modules.manifest import name_problem

TEMPLATE_NAME: Final = "acme_loyalty"
LEFT_OUT: Final = ("__pycache__", "*.pyc", "*.mo", ".*_cache", "*.egg-info", "build", "dist")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="name of the addon, such as acme_loyalty")
    parser.add_argument("--folder", type=Path, default=Path(), help="where to make it (the current folder)")


def run(arguments: argparse.Namespace) -> int:
    name: str = arguments.name
    problem = name_problem(name)
    if problem is not None:
        raise UserError(problem)
    target: Path = arguments.folder / name
    if target.exists():
        raise UserError(_("{folder} exists already.", folder=str(target)))
    if any(_importable(module) for module in (name, f"addons.{name}")):
        raise UserError(
            _("There is a Python package of the name {name} already; choose another name.", name=name)
        )
    shutil.copytree(template_folder(), target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _rename(target, name)
    print(f"{target} is made. Try it:  cd {target} && python -m pytest")
    return 0


def template_folder() -> Path:
    """The template in a clone, or inside an installed distribution."""
    here = Path(__file__).resolve().parent.parent
    for folder in (here / "template", here.parent / "template"):
        if folder.is_dir():
            return folder
    raise UserError(_("The template of addons is missing from this installation."))


def _importable(module: str) -> bool:
    """Whether Python finds something of this name: the addon would never be imported, or would shadow it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _rename(target: Path, name: str) -> None:
    """Put the addon's own name in the place of the template's, in paths and texts."""
    words = {
        TEMPLATE_NAME: name,
        TEMPLATE_NAME.replace("_", "-"): name.replace("_", "-"),
        TEMPLATE_NAME.replace("_", " ").capitalize(): name.replace("_", " ").capitalize(),
    }
    for path in sorted(target.rglob("*"), key=lambda path: len(path.parts), reverse=True):
        if path.is_file():
            text = path.read_text("utf-8")
            for old, new in words.items():
                text = text.replace(old, new)
            path.write_text(text, "utf-8")
        renamed = path.name.replace(TEMPLATE_NAME, name)
        if renamed != path.name:
            path.rename(path.with_name(renamed))
