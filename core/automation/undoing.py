"""Undoing a large operation as a job: with progress, all of it or nothing, with the rights of who asked."""

from __future__ import annotations

from typing import Any, Final

from core.automation.jobs import job
from core.i18n import _
from core.orm.env import Env
from core.orm.undoing import Wish, undo_request

AT_ONCE: Final = 200
"""An operation of more records is undone by a job."""


def may_undo_of_others(env: Env) -> bool:
    """Whether the caller may take back operations of other people, as far as rows and fields allow."""
    return env.can("audit", "base.company")


@job(_("Undo an operation"), attempts=1)
def undo_operation(env: Env, run: Any, *, request_id: str, skip: bool, total: int) -> dict[str, Any]:
    """`skip` leaves what was changed again since; without it such a change refuses the whole."""
    wish = Wish("skip" if skip else "refuse")
    of_others = may_undo_of_others(env)
    done = undo_request(
        env, request_id, wish, of_others=of_others, step=lambda number: run.step(number, total)
    )
    return {"records": done.number, "left": len(done.left)}
