"""Templates, compiled once in a run: all of them take a processor a quarter of a minute, and every application would
begin anew.

What is kept is found by a template's text, its place and its compiler, and goes with the run; KEYUAN_TEST_TEMPLATES
names a folder of yours that stays for the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

import core
from core.config import make_private_folder, process_environment
from core.web import app
from core.web.templating import Templates

FOLDER_VARIABLE: Final = "KEYUAN_TEST_TEMPLATES"
_folders: list[Path] = []


@contextmanager
def compiled_once(folder: Path | None) -> Iterator[None]:
    """Meanwhile applications without a folder of their own keep their templates in the one that the environment names,
    else in this one, or in a new one.
    """
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory(prefix="keyuan-") as own:
        named = process_environment().get(FOLDER_VARIABLE)
        kept = Path(named) if named else folder or Path(own)
        kept.mkdir(mode=0o700, exist_ok=True)

        def sharing(folders: Mapping[str, Path], *, cache: Path | None, **options: Any) -> Templates:
            return Templates(folders, cache=cache or kept, **options)

        monkeypatch.setattr(app, "Templates", sharing)
        _folders.append(kept)
        yield
        _folders.remove(kept)


def compiled() -> Path:
    """Where this run keeps its templates."""
    return _folders[-1]


def take_over(state: Path) -> None:
    """Give the deployment in this folder what others have compiled before."""
    _copy(compiled(), make_private_folder(_cache(state)))


def hand_on(state: Path) -> None:
    """Keep for later deployments what this one has compiled."""
    _copy(_cache(state), compiled())


def _cache(state: Path) -> Path:
    return state / "templates" / core.__version__


def _copy(source: Path, target: Path) -> None:
    """Whole files only: a process may be about to read or write the same ones."""
    (target / "__pycache__").mkdir(mode=0o700, exist_ok=True)
    for file in (*source.glob("__pycache__/*.pyc"), *source.glob("*.py")):
        place = target / file.relative_to(source)
        if not place.exists():
            draft = place.with_suffix(f".{os.getpid()}")
            shutil.copy2(file, draft)
            draft.replace(place)
