"""What names a document by its number goes on naming it when a draft gets its final one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.models import Task
from core.api import Env, _, select

Changes = Sequence[Mapping[str, tuple[Any, Any]]]


def renamed(records: Sequence[Any], changes: Changes) -> dict[int, tuple[str, str]]:
    """The number before and the one now, by record, of those that are called otherwise."""
    return {one.id: new["number"] for one, new in zip(records, changes, strict=True) if "number" in new}


def rename(env: Env, model: type[Any], records: Sequence[Any], changes: Changes) -> None:
    """Reminders say which document they are about, and a text that was filled from a template may."""
    names = renamed(records, changes)
    if names:
        _rename_reminders(env, model, names)
        for one in records:
            text = getattr(one, "document_text", None)
            if text and one.id in names:
                one.document_text = _replaced(text, *names[one.id])


def _rename_reminders(env: Env, model: type[Any], names: Mapping[int, tuple[str, str]]) -> None:
    system, task = env.sudo(_("final numbers")), env.info(Task).cls
    relation = f"{env.info(model).key.rpartition('.')[2]}_id"
    found = system.scalars(select(task).where(getattr(task, relation).in_(list(names))))
    with system.granting(found, "number"):
        for one in found:
            one.subject = _replaced(one.subject, *names[getattr(one, relation)])


def _replaced(text: str, before: str, now: str) -> str:
    """The number as a whole: a longer one may begin with it."""
    return re.sub(rf"{re.escape(before)}(?!\d)", lambda _found: now, text)
