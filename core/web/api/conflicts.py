"""What a program is told when somebody else has changed the same fields: both values, who, and when."""

from __future__ import annotations

from typing import Any

from core.auth.currencies import company_currency
from core.errors import Conflict
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.part_lists import field_at
from core.web.api.values import moment, named


def told(env: Env, info: ModelInfo, conflict: Conflict) -> list[dict[str, Any]]:
    """The fields of a conflict, in the forms in which values are given out."""
    return [
        {
            "field": one.name, "yours": _value(env, info, one.name, one.mine),
            "theirs": _value(env, info, one.name, one.theirs), "who": one.who,
            "when": moment(one.when) if one.when is not None else None,
        }
        for one in conflict.fields
    ]  # fmt: skip


def _value(env: Env, info: ModelInfo, name: str, value: Any) -> Any:
    field = field_at(env, info, name)
    own = company_currency(env) if field.kind == "money" and field.currency is None else None
    return named(env, field, value, own)
