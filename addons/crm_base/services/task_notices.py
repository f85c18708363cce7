"""Assigned work is pushed: whoever gets a task, or loses one, is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.api import Env, _, key_of


def tell_new_assignees(env: Env, tasks: Sequence[Any]) -> None:
    """New tasks with an assignee; what the system makes is told by whoever had it made."""
    if not env.is_system:
        for task in tasks:
            _tell(env, task, [key_of(task, "assignee"), *env.linked(task, "helpers")])


def tell_changed_assignees(env: Env, tasks: Sequence[Any], changes: Sequence[Any]) -> None:
    """Tasks that went to somebody else."""
    if env.is_system:
        return
    for task, changed in zip(tasks, changes, strict=True):
        before, after = changed.get("assignee", (None, None))
        had, have = changed.get("helpers", ((), ()))
        _tell(env, task, [after, *(key for key in have or () if key not in (had or ()))])
        if before is not None and after is not None and before != env.user_id:
            env.notify(
                [before],
                _("The task “{subject}” was given to {name}.", subject=task.subject, name=task.assignee.name),
                task,
            )


def _tell(env: Env, task: Any, users: Iterable[int | None]) -> None:
    told = {user for user in users if user is not None and user != env.user_id}
    if told:
        env.notify(told, _("You were given the task “{subject}”.", subject=task.subject), task)
