"""What a killed process left is completed, or closed, by whoever next holds the lock of the deployment.

A transaction that was not committed has been rolled back by the server: there is nothing to do. What follows after one
is completed by the function of the operation's kind and step. Each of them looks at the database to find what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from core.lifecycle.clearing import CLEARING, PURGE, clear_rest
from core.lifecycle.filling import Filling
from core.lifecycle.finishing import finish
from core.lifecycle.journal import FINISHING, LEAVING, Unfinished, settle, unfinished
from core.lifecycle.leaving import leave
from core.lifecycle.site import Site

_log = logging.getLogger("keyuan.lifecycle")

Rest = Callable[[Site, Unfinished], bool]
"""Completes an operation; False where that has to wait, for other code or for other processes."""


def _finish(site: Site, operation: Unfinished) -> bool:
    if not {*operation.names} <= {*site.composition.addons}:
        return False
    finish(site, operation.id, Filling.from_json(operation.detail.get("filling", {})))
    return True


def _leave(site: Site, operation: Unfinished) -> bool:
    return leave(site.engine, site.locked, operation, wait=0)


def _clear(site: Site, operation: Unfinished) -> bool:
    clear_rest(site.engine, operation)
    return True


RESTS: Final[Mapping[tuple[str, str], Rest]] = {
    ("initialise", FINISHING): _finish,
    ("install", FINISHING): _finish,
    ("upgrade", FINISHING): _finish,
    ("restore", FINISHING): _finish,
    ("remove", LEAVING): _leave,
    (PURGE, CLEARING): _clear,
}
"""By kind and step. Of a committed step that is not here nothing is left to be done."""


def take_up(site: Site) -> None:
    """Complete or close what is unfinished. What fails again is told to the log and left for the next time."""
    for operation in unfinished(site.locked):
        rest = RESTS.get((operation.kind, operation.step)) if operation.committed else None
        try:
            is_complete = rest is None or rest(site, operation)
        except Exception:
            _log.exception("the operation %s %s could not be completed", operation.kind, operation.addons)
            continue
        if is_complete:
            settle(site.locked, operation)
