"""Templates, compiled once in a run: all of them take a processor a quarter of a minute, and every application would
begin anew.

What is kept is found by a template's text, its place and its compiler, and goes with the run.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.web import app
from core.web.templating import Templates

_folders: list[Path] = []


@contextmanager
def compiled_once(folder: Path | None) -> Iterator[None]:
    """Meanwhile applications without a folder of their own keep their templates in this one, or in a new one."""
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory(prefix="keyuan-") as own:
        kept = folder or Path(own)
        kept.mkdir(mode=0o700, exist_ok=True)

        def sharing(folders: Mapping[str, Path], *, cache: Path | None, **options: Any) -> Templates:
            return Templates(folders, cache=cache or kept, **options)

        monkeypatch.setattr(app, "Templates", sharing)
        _folders.append(kept)
        yield
        _folders.remove(kept)


def take_over(cache: Path) -> None:
    """Give a deployment whose cache this is what others have compiled before."""
    for kept in _folders[-1:]:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(kept, cache)


def hand_on(cache: Path) -> None:
    """Keep for later deployments what this one has compiled."""
    for kept in _folders[-1:]:
        _copy(cache, kept)


def _copy(source: Path, target: Path) -> None:
    """Whole files only: a process may be about to read or write the same ones."""
    for file in source.glob("*.py"):
        if not (target / file.name).exists():
            draft = Path(tempfile.mkstemp(dir=target, suffix=".draft")[1])
            shutil.copyfile(file, draft)
            draft.replace(target / file.name)
