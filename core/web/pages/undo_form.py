"""What the pages of undo have in common: records and fields in words, and the choices for what was changed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.errors import BadRequest
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.undo_preview import RecordUndo
from core.orm.undoing import Choice, Wish
from core.web.pages.records import place
from core.web.pages.records_conflict import written
from core.web.request import Request

CHOICE: Final = "choice."
KINDS: Final[dict[str, LazyString]] = {
    "delete": _("goes into the bin"), "restore": _("comes back from the bin"), "write": _("gets its values back"),
}  # fmt: skip
_CHOICES: Final[dict[str, Choice]] = {"skip": "skip", "overwrite": "overwrite"}


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with the value it has and the one that comes back; `choice` names the input where both have changed."""

    label: LazyString
    now: Any
    before: Any
    choice: str | None
    who: str | None
    when: datetime | None


@dataclass(frozen=True, slots=True)
class ShownRecord:
    info: ModelInfo
    id: int
    name: str
    kind: LazyString
    obstacle: LazyString | None
    fields: tuple[ShownField, ...]
    hidden: int


def shown(request: Request, records: Sequence[RecordUndo]) -> list[ShownRecord]:
    """The preview in words; names of records that the caller may not see are left out."""
    env, at = request.env, place(request, whole=True, linked=False)
    wanted: dict[str, set[int]] = {}
    for one in records:
        wanted.setdefault(one.info.key, set()).add(one.record_id)
    names = env.labels_of(wanted)

    def record(one: RecordUndo) -> ShownRecord:
        fields = tuple(
            ShownField(
                found.field.label, written(env, found.field, found.now, at),
                written(env, found.field, found.before, at),
                f"{CHOICE}{one.info.key}.{one.record_id}.{name}" if found.is_clash else None, found.who, found.when,
            )
            for name, found in one.fields.items() if found.is_clash or found.now != found.before
        )  # fmt: skip
        name = names.get((one.info.key, one.record_id)) or f"#{one.record_id}"
        return ShownRecord(one.info, one.record_id, name, KINDS[one.kind], one.obstacle, fields, one.hidden)

    return [record(one) for one in records]


def wish_of(request: Request, env: Env) -> Wish:
    """The choices of a sent form: for each field that was shown, else for all; what was not shown is refused."""
    choices: dict[tuple[str, int, str], Choice] = {}
    for name, value in request.POST.items():
        if not name.startswith(CHOICE):
            continue
        model, _dot, rest = name.removeprefix(CHOICE).rpartition(".")[0].rpartition(".")
        field = name.rpartition(".")[2]
        if model not in env.composition.models or not rest.isdecimal() or value not in _CHOICES:
            raise BadRequest()
        choices[model, int(rest), field] = _CHOICES[value]
    otherwise = str(request.POST.get("otherwise", ""))
    return Wish(_CHOICES.get(otherwise, "refuse"), choices)
