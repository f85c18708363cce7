"""Importing code that others wrote: under a time limit, and with every failure turned into words.

The limit is a real-time alarm (SIGALRM) in the main thread, which raises inside the running import. It
repeats every second, because the code may swallow the first one. It ends loops, sleeps and waits for a
socket. It cannot end a call into C that never returns to the interpreter, and outside the main thread
Python delivers no signals: there the limit does not hold. For both, `--safe-mode` starts without any addon.
"""

from __future__ import annotations

import importlib
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Final

from core.errors import AddonError
from core.i18n import LazyString, _

TIME_LIMIT: Final = 30.0
"""Seconds that all imports of one addon may take together, unless `import_seconds` says otherwise. The largest takes
less than one.
"""

FRAMES_SHOWN: Final = 3


class TookTooLong(BaseException):
    """The alarm. No `Exception`, so that an addon's `except Exception` does not swallow it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not finished after {seconds:g} seconds")


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` inside the block after `seconds`; 0 means no limit. An outer alarm is put back."""
    if seconds <= 0 or threading.current_thread() is not threading.main_thread():
        yield
        return
    finished = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not finished:
            raise TookTooLong(seconds)

    handler = signal.signal(signal.SIGALRM, stop)
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        finished = True
        signal.setitimer(signal.ITIMER_REAL, *outer)
        signal.signal(signal.SIGALRM, handler)


def import_from(addon: str, module: str, folder: Path | None) -> ModuleType:
    """The module, or an `AddonError` that says in words what its import met and where."""
    try:
        return importlib.import_module(module)
    except (KeyboardInterrupt, TookTooLong):
        raise
    except BaseException as problem:
        raise import_failure(addon, module, folder, problem) from problem


def import_failure(addon: str, module: str, folder: Path | None, problem: BaseException) -> AddonError:
    """What `problem` means for the addon. Its notes are the last frames of the trace, the innermost last."""
    text = _("{module} cannot be imported: {kind}: {reason}",
             module=module, kind=type(problem).__name__, reason=str(problem))  # fmt: skip
    return failure(text, addon, folder, problem)


def failure(text: LazyString, addon: str, folder: Path | None, problem: BaseException) -> AddonError:
    """The addon's error: `problem` where it is one already, else `text`; with the last frames of the trace as notes."""
    if isinstance(problem, AddonError):
        problem.addon = problem.addon or addon
        error = problem
    else:
        error = AddonError(text, addon=addon)
        error.__cause__ = problem
    for place in _places(problem, folder):
        error.add_note(place)
    return error


def _places(problem: BaseException, folder: Path | None) -> list[str]:
    frames = [
        frame
        for frame in traceback.extract_tb(problem.__traceback__)
        if not frame.filename.startswith("<frozen ")
        and frame.filename != importlib.__file__
        and Path(frame.filename).parent != Path(__file__).parent
    ]
    places = [
        f"{_short(frame.filename, folder)}:{frame.lineno} in {frame.name}: {frame.line}"
        for frame in frames[-FRAMES_SHOWN:]
    ]
    if isinstance(problem, SyntaxError) and problem.filename:
        text = (problem.text or "").strip()
        places.append(f"{_short(problem.filename, folder)}:{problem.lineno}: {text}")
    return places


def _short(file: str, folder: Path | None) -> str:
    path = Path(file)
    if folder is not None and path.is_relative_to(folder):
        return str(path.relative_to(folder.parent))
    return file
