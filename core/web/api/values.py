"""A stored value as JSON: the same for lists, single records and conflicts.

    text, choice, state     the text, or the code            "new"
    number                  exact, as text                   "12.50"
    amount                  with its currency                {"amount": "12.5000", "currency": "CNY"}
    day, moment             ISO 8601, moments in UTC         "2026-11-23", "2026-11-23T10:00:00Z"
    reference               number and name                  {"id": 5, "name": "Riverside"}
    text in languages       each of them                     {"en": "Small", "zh_CN": "小"}

A record to which the caller has no access is a reference without number and name; `null` is an empty field. Secrets and
files are never given out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from core.exchange.columns import exportable
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field

HIDDEN: Final[Mapping[str, None]] = {"id": None, "name": None}
"""What stands for a record that the caller may not see."""
_NEVER: Final = frozenset({"file"})


def givable(env: Env, info: ModelInfo) -> dict[str, Field]:
    """The fields whose values the caller gets, by name."""
    return {name: one for name, one in exportable(env, info).items() if one.kind not in _NEVER}


def plain(env: Env, field: Field, value: Any, currency: str | None = None) -> Any:
    """A value that is no reference. `currency` is that of an amount."""
    if value is None:
        return None
    if field.kind == "money":
        return {"amount": f"{value:f}", "currency": currency}
    if field.kind == "sentence":
        return value.translate(env.language)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return moment(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "code", value)


def moment(value: datetime) -> str:
    """A moment in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def reference(key: int | None, name: str | None) -> Any:
    """What a relation to one holds."""
    if key is None:
        return None
    return {"id": key, "name": str(name)} if name is not None else dict(HIDDEN)


def references(found: Any) -> list[Any]:
    """What a relation to many holds; those that the caller may not see are there without saying which they are."""
    return [reference(key, name) for key, name in found]


def named(env: Env, field: Field, value: Any, currency: str | None = None) -> Any:
    """A value that has no name with it yet, such as one of two that somebody has to choose from."""
    if field.kind == "many2many":
        names = env.labels(str(field.target_key), value or [])
        return references((one, names.get(one)) for one in value or [])
    if field.kind in TO_ONE:
        return reference(value, env.labels(str(field.target_key), [value]).get(value) if value else None)
    return plain(env, field, value, currency)


Write = Callable[[tuple[Any, ...]], Any]
"""From a row of `env.page` to one value."""
