"""The rows of field rights and limits of one role on one model, read and set as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from core.auth.models import FieldRight, ValueLimit
from core.orm.compose import ModelInfo
from core.orm.env import Env

MOST_ROWS = 5_000


def rows_of(env: Env, row: Any, role_id: int, info: ModelInfo) -> list[Any]:
    """The rows that the company has for the role and the model, and those for all companies."""
    cls = env.info(row).cls
    return env.search(row, cls.role == role_id, cls.model == info.key, order="id", limit=MOST_ROWS)


def set_field_rights(env: Env, role_id: int, info: ModelInfo, wanted: Mapping[str, str | None]) -> int:
    """Make the company's rows say what is wanted of these fields, None for nothing; gives the number of changes."""
    known = {
        one.field: one for one in rows_of(env, FieldRight, role_id, info) if one.company_id == env.company_id
    }
    new = {name: right for name, right in wanted.items() if right is not None and name not in known}
    gone = [one for name, one in known.items() if name in wanted and wanted[name] is None]
    moved = [one for name, one in known.items() if wanted.get(name) not in (None, one.right)]
    for one in moved:
        env.write(one, right=wanted[one.field])
    env.delete(gone)
    env.create_many(
        FieldRight,
        [{"role": role_id, "model": info.key, "field": name, "right": right} for name, right in new.items()],
    )
    return len(new) + len(gone) + len(moved)


def set_value_limits(env: Env, role_id: int, info: ModelInfo, wanted: Mapping[str, Collection[str]]) -> int:
    """The same for the values that the role is limited to, by field; no values mean no limit."""
    rows = [one for one in rows_of(env, ValueLimit, role_id, info) if one.company_id == env.company_id]
    gone = [one for one in rows if one.field in wanted and one.value not in wanted[one.field]]
    known = {(one.field, one.value) for one in rows}
    new = [
        {"role": role_id, "model": info.key, "field": name, "value": value}
        for name, values in wanted.items() for value in sorted(set(values)) if (name, value) not in known
    ]  # fmt: skip
    env.delete(gone)
    env.create_many(ValueLimit, new)
    return len(new) + len(gone)
