"""What names a document by its number goes on naming it when a draft gets its final one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.models import Task
from core.api import Env, _, select

Changes = Sequence[Mapping[str, tuple[Any, Any]]]


def renamed(records: Sequence[Any], changes: Changes) -> dict[int, tuple[str, str]]:
    """The number before and the one now, by record, of those that are called otherwise."""
    return {one.id: new["number"] for one, new in zip(records, changes, strict=True) if "number" in new}


def rename_reminders(env: Env, model: type[Any], records: Sequence[Any], changes: Changes) -> None:
    """Reminders say which document they are about."""
    names = renamed(records, changes)
    if not names:
        return
    system, task = env.sudo(_("final numbers")), env.info(Task).cls
    relation = f"{env.info(model).key.rpartition('.')[2]}_id"
    found = system.scalars(select(task).where(getattr(task, relation).in_(list(names))))
    with system.granting(found, "number"):
        for one in found:
            before, now = names[getattr(one, relation)]
            one.subject = one.subject.replace(before, now)
