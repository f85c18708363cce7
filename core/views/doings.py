"""What was done to a record, in words: for the timeline, the history and the page of operations."""

from __future__ import annotations

from typing import Final

from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.operations import Operation

_SAID: Final[dict[str, LazyString]] = {
    "create": _("Created"),
    "write": _("Changed"),
    "delete": _("Put into the bin"),
    "restore": _("Taken out of the bin"),
    "undo": _("Undone"),
    "erase": _("Personal data erased"),
    "purge": _("Removed for good"),
    "print": _("Printed"),
    "mail": _("Sent by mail"),
    "export": _("Exported"),
    "keep": _("Kept as it is"),
}
_ICONS: Final = {
    "create": "plus", "delete": "trash", "restore": "restore", "undo": "arrow-back-up", "erase": "eraser",
    "purge": "trash", "print": "printer", "mail": "mail", "export": "download",
    "keep": "check",
}  # fmt: skip


def said(env: Env, info: ModelInfo, operation: str) -> tuple[LazyString | str, str]:
    """What was done, and its icon; a step of an addon that is off here is a change like any other."""
    method = info.methods.get(operation)
    if method is None or method.addon not in env.addons:
        return _SAID.get(operation, _SAID["write"]), _ICONS.get(operation, "edit")
    return method.label, method.icon or "edit"


def summary(env: Env, operation: Operation) -> list[tuple[LazyString | str, LazyString | str, int]]:
    """What an operation did, to which models, to how many records; of addons that are on here."""
    models = env.composition.models
    return [
        (said(env, models[one.model], one.operation)[0], models[one.model].plural, one.count)
        for one in operation.doings if one.model in models and models[one.model].addon in env.addons
    ]  # fmt: skip
