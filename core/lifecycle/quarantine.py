"""Composing what fits together: an addon that does not stands aside with its error, and the product goes on.

Whatever goes wrong, the one to blame is found by what the product is made of, not by what the error says of itself:
addons are in the order of their dependencies, and the last one of the smallest beginning of that order that fails is
the one. Of two addons that contradict each other it is so the later one. Only where something never ends is the
trace asked first, since each further attempt would take as long again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from core.auth.access_index import access_index
from core.auth.masks import mask_index
from core.errors import AddonError, KeyuanError, UserError
from core.i18n import _
from core.modules.graph import blocked, knows
from core.modules.importing import TIME_LIMIT, TookTooLong, failure, time_limit
from core.modules.loader import LoadedAddon
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, compose
from core.views.clashes import clashes
from core.views.registry import registry_of
from core.views.resolve import resolve

R = TypeVar("R")
Attempt = Callable[[Sequence[LoadedAddon]], R]

BLAMED: Final = (Exception, TookTooLong, SystemExit)
_log = logging.getLogger("keyuan.addons")


def compose_fitting(loaded: Sequence[LoadedAddon], *, limit: float = TIME_LIMIT) -> Composition:
    """The composition of all addons that can be composed; `aside` tells why the others cannot.

    Raises only when the kernel's own addon fails.
    """

    def attempt(some: Sequence[LoadedAddon]) -> Composition:
        with time_limit(limit):
            composed = compose(some)
            refuse_misfits(composed)
        return composed

    return with_what_fits(loaded, attempt)


def refuse_misfits(composed: Composition) -> None:
    """What else only the first request would notice: rights, masks, clashes, and views that cannot be built."""
    access_index(composed)
    mask_index(composed)
    for clash in clashes(composed):
        raise clash.error
    everything = frozenset(composed.addons)
    for view in registry_of(composed).views:
        resolve(view, everything)


def with_what_fits(loaded: Sequence[LoadedAddon], attempt: Attempt[R], *, is_trusted: bool = False) -> R:
    """What `attempt` gives for as many of the addons as possible, in their order; it is handed the others as well, with
    their errors, at the end. With `is_trusted` an addon that the error names, or whose code was running, is to blame.

    Raises what is no addon's fault: refusals of the life cycle, and a connection that is gone.
    """
    usable = [addon for addon in loaded if addon.error is None]
    aside = [addon for addon in loaded if addon.error is not None]
    while True:
        try:
            return attempt([*usable, *aside])
        except BLAMED as problem:
            place, problem = _to_blame(usable, aside, attempt, problem, is_trusted=is_trusted)
            culprit = usable[place]
            _log.error("addon %s stands aside: %s", culprit.name, problem)
            usable, aside = _set_aside(usable, aside, culprit, problem)


def set_aside(loaded: Sequence[LoadedAddon], name: str, error: AddonError) -> list[LoadedAddon]:
    """The same addons, this one and those that need it with an error."""
    usable = [addon for addon in loaded if addon.error is None]
    aside = [addon for addon in loaded if addon.error is not None]
    culprit = next((addon for addon in usable if addon.name == name), None)
    if culprit is not None:
        usable, aside = _set_aside(usable, aside, culprit, error)
    return [*usable, *aside]


def _to_blame(
    usable: Sequence[LoadedAddon], aside: Sequence[LoadedAddon], attempt: Attempt[R], problem: BaseException,
    *, is_trusted: bool,
) -> tuple[int, AddonError]:  # fmt: skip
    """Which one, and what it has done. Raises the problem where it is the kernel's own."""
    if _is_nobodys(problem):
        raise problem
    known = _named(usable, problem) if is_trusted else None
    if known is None and (is_trusted or isinstance(problem, TookTooLong)):
        known = _in_trace(usable, problem)
    if known is None:
        known, problem = _smallest_that_fails(usable, aside, attempt, problem)
    if usable[known].name == KERNEL:
        raise problem
    addon = usable[known]
    if isinstance(problem, AddonError):
        problem.addon = problem.addon or addon.name
        return known, problem
    text = _("{name} does not fit: {kind}: {reason}", name=addon.name, kind=type(problem).__name__,
             reason=str(problem))  # fmt: skip
    return known, failure(text, addon.name, addon.found.folder, problem)


def _smallest_that_fails(
    usable: Sequence[LoadedAddon], aside: Sequence[LoadedAddon], attempt: Attempt[R], problem: BaseException
) -> tuple[int, BaseException]:
    """The place of the last addon of the smallest beginning that fails, and how that one fails."""
    good, bad = 0, len(usable)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            attempt([*usable[:middle], *aside])
        except BLAMED as error:
            if _is_nobodys(error):
                raise
            bad, problem = middle, error
        else:
            good = middle
    return bad - 1, problem


def _is_nobodys(problem: BaseException) -> bool:
    refusal = isinstance(problem, KeyuanError) and not isinstance(problem, (AddonError, UserError))
    return refusal or (isinstance(problem, DBAPIError) and problem.connection_invalidated)


def _named(usable: Sequence[LoadedAddon], problem: BaseException) -> int | None:
    name = problem.addon if isinstance(problem, AddonError) else None
    return next((place for place, addon in enumerate(usable) if addon.name == name), None)


def _in_trace(usable: Sequence[LoadedAddon], problem: BaseException) -> int | None:
    """The addon whose code was running: the innermost frame that lies in the folder of one."""
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        for place, addon in enumerate(usable):
            folder = addon.found.folder
            if addon.name != KERNEL and folder is not None and Path(frame.filename).is_relative_to(folder):
                return place
    return None


def _set_aside(
    usable: Sequence[LoadedAddon], aside: Sequence[LoadedAddon], culprit: LoadedAddon, error: AddonError
) -> tuple[list[LoadedAddon], list[LoadedAddon]]:
    manifests = {addon.name: addon.manifest for addon in usable}
    left: list[LoadedAddon] = []
    gone = [*aside, replace(culprit, marked=(), error=error)]
    for addon in usable:
        if addon is culprit:
            continue
        if knows(manifests, addon.name, culprit.name):
            gone.append(replace(addon, marked=(), error=blocked(addon.name, culprit.name)))
        else:
            left.append(addon)
    return left, gone
