"""The printed list of a hand-over, which giver and successor sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.api import BadRequest, Env, Page, _, _n, key_of
from core.base.models import HandOver, HandOverLine
from core.base.services.hand_over import lines_of
from core.lifecycle.handing_over import kind_of, moved, open_ones

AT_ONCE: Final = 2000
"""Most records of one kind on one page; a longer list goes on on the next one."""


def hand_over_list(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """By successor and kind, the names of the records: of those that went, or of those that are going to.

    Whoever may hand over reads the names with the kernel's right, since the list is the paper of that operation; a
    successor reads those of the own lines, as far as they may be seen.
    """
    record: Any = env.get(HandOver, _number(params.get("id")))
    start, after = _number(params.get("line", "0")), _number(params.get("after", "0"))
    asking = env.sudo(_("List of a hand-over")) if env.can("create", HandOver) else env
    lines = [line for line in lines_of(env, record) if line.id >= start]
    names = env.user_names([key_of(record, "successor"), *(key_of(line, "successor") for line in lines)])
    parts, more = [], None
    for line in lines:
        ids = _ids(env, record, line, after if line.id == start else 0)
        if ids:
            parts.append(_part(asking, record, line, ids, names))
        if len(ids) == AT_ONCE:
            more = f"/p/base.hand_over_list?id={record.id}&line={line.id}&after={ids[-1]}"
            break
    return {
        "record": record, "parts": parts, "giver": record.giver.name, "is_done": record.moved_at is not None,
        "more": more, "back": f"/r/base.hand_over/{record.id}",
    }  # fmt: skip


def _part(asking: Env, record: Any, line: Any, ids: list[int], names: Mapping[int, str]) -> dict[str, Any]:
    labels = asking.labels(_model(line), ids)
    return {
        "kind": line.kind.get(asking.language) or next(iter(line.kind.values())),
        "successor": names.get(key_of(line, "successor") or key_of(record, "successor") or 0, "–"),
        "number": _n("{n} record", "{n} records", line.moved or line.open),
        "records": [(key, labels.get(key, "–")) for key in ids],
    }


def _ids(env: Env, record: Any, line: Any, after: int) -> list[int]:
    kind = kind_of(env, line.key)
    if kind is None or line.stays:
        return []
    if record.moved_at is None:
        return open_ones(env, kind, key_of(record, "giver") or 0, after=after, limit=AT_ONCE)
    if not line.moved:
        return []
    successor = key_of(line, "successor") or 0
    return moved(env, kind, record.request, record.moved_at, successor, after=after, limit=AT_ONCE)


def _model(line: Any) -> str:
    return str(line.key.rpartition(".")[0])


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise BadRequest()
    return int(text)


HAND_OVER_LIST = Page(
    "base.hand_over_list",
    _("Hand-over list"),
    "hand_over_list.pt",
    hand_over_list,
    right=("read", HandOverLine),
)
