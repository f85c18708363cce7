"""Records for tests, made from the field declarations alone.

`Factory(env).make(Customer, owner=user_id)` fills every plain field with a value that fits its kind, makes the records
that required relations point to, and gives the new record. An addon whose rules ask for more names it:
`Factory(env, {"crm_shop.order": lambda factory: {"lines": 1}})`.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from core.errors import ValidationFailed
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import MISSING, TO_MANY, TO_ONE, Field
from core.orm.stored_file import StoredFile

Recipe = Callable[["Factory"], Mapping[str, Any]]

_numbers: Final[Iterator[int]] = itertools.count(1 + os.getpid() % 50_000 * 1_000)
"""Processes that share a database make different values."""
FIRST_MOMENT: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
DEEPEST: Final = 8
"""Required relations that lead further than this are a circle, which no first record could ever be made in."""


def has_choices(info: ModelInfo) -> bool:
    """Whether there can be records at all: where choices are models of addons, the addons may have none."""
    return all(
        field.choices for field in info.fields.values() if field.kind == "selection" and field.required
    )


class Factory:
    """Makes valid records of any model through one Env, mostly the kernel's own (`world.system("North")`)."""

    def __init__(self, env: Env, recipes: Mapping[str, Recipe] | None = None) -> None:
        self.env = env
        self.recipes = dict(recipes or {})
        self._options: dict[str, int] = {}

    def make(self, model: Any, **given: Any) -> Any:
        """A new record with valid values; `given` ones are taken as they are, an owner also by what it needs."""
        return self._make(self.env.info(model), given, 0)

    def values(self, model: Any, **given: Any) -> dict[str, Any]:
        """The values of such a record, without making it; records that it must point to are made."""
        return self._values(self.env.info(model), given, 0)

    def value(self, field: Field, depth: int = 0, **given: Any) -> Any:
        """A valid value of one field, different at each call where the kind allows it."""
        if field.kind in TO_ONE:
            return self._target(field, depth, given)
        n = next(_numbers)
        return _VALUES[field.kind](field, n)

    def _make(self, info: ModelInfo, given: Mapping[str, Any], depth: int) -> Any:
        if depth > DEEPEST:
            raise LookupError(f"the required relations of {info.key} never end")
        values = self._values(info, given, depth)
        try:
            return self._created(info, values)
        except ValidationFailed as refused:
            lacking = [name for name in refused.problems if name in info.fields and name not in values]
            misfits = [
                name for name in refused.problems if name not in given and _can_be_left(info, name, values)
            ]
            if not lacking and not misfits:
                raise
            for name in misfits:
                del values[name]
            values |= {name: self.value(info.fields[name], depth + 1, **_owner(given)) for name in lacking}
            return self._created(info, values)

    def _created(self, info: ModelInfo, values: Mapping[str, Any]) -> Any:
        ids = self.env.create_many(info.key, [values])
        return self.env.load(info, ids)[0]

    def _values(self, info: ModelInfo, given: Mapping[str, Any], depth: int) -> dict[str, Any]:
        known = info.fields_for(self.env.addons)
        values = {
            name: self.value(field, depth + 1, **_owner(given))
            for name, field in known.items()
            if name not in given and _is_filled(field)
        }
        recipe = self.recipes.get(info.key)
        if recipe is not None:
            values |= {name: value for name, value in recipe(self).items() if name not in given}
        return values | {name: value for name, value in given.items() if name in known}

    def _target(self, field: Field, depth: int, given: Mapping[str, Any]) -> int:
        if field.option_list is not None:
            return self._option(field.option_list, depth)
        target = self.env.composition.models[str(field.target_key)]
        if target.key == "base.user" and (self.env.user_id or given.get("owner")):
            return int(given.get("owner") or self.env.user_id)
        if target.key == "base.company":
            return self.env.company_id
        return int(self._make(target, given, depth).id)

    def _option(self, list_code: str, depth: int) -> int:
        if list_code not in self._options:
            where = self.env.condition("base.option", "list_code", "eq", list_code)
            found = self.env.first("base.option", where)
            if found is None:
                option = self.env.info("base.option")
                found = self._make(option, {"list_code": list_code}, depth)
            self._options[list_code] = int(found.id)
        return self._options[list_code]


def _can_be_left(info: ModelInfo, name: str, values: Mapping[str, Any]) -> bool:
    """Whether a value that the rules of an addon refuse need not be there at all."""
    return name in values and not info.fields[name].required


def _owner(given: Mapping[str, Any]) -> dict[str, Any]:
    """Records that a record needs belong to the same person."""
    return {"owner": given["owner"]} if "owner" in given else {}


def _is_filled(field: Field) -> bool:
    if field.system or field.is_computed or field.kind in (*TO_MANY, "number", "state"):
        return False
    if field.kind in TO_ONE:
        return field.required and field.default is MISSING
    if field.readonly and not (field.required and field.default is MISSING):
        return False
    return field.default is MISSING or field.default is None


def _text(field: Field, n: int) -> str:
    """Letters, Chinese and a number, cut from the left where little fits, so that texts stay different."""
    text = f"{field.name} 张 {n}"
    limit = field.max_length or len(text)
    return text[-limit:].strip()


def _whole(field: Field, n: int) -> int:
    """Within the bounds of the field, and not zero where it may be more: rules often refuse nothing at all."""
    low = 0 if field.minimum is None else math.ceil(field.minimum)
    high = low + 1000 if field.maximum is None else math.floor(field.maximum)
    if low == 0 < high:
        low = 1
    return low + n % (high - low + 1)


_VALUES: Final[dict[str, Callable[[Field, int], Any]]] = {
    "text": _text,
    "longtext": _text,
    "secret": lambda field, n: f"secret-{n:08d}",
    "file": lambda field, n: StoredFile(f"{field.name} {n}.png", "image/png", 1 + n % 1000, f"{n:064x}"),
    "email": lambda field, n: f"person{n}@example.com",
    "phone": lambda field, n: f"138{n:08d}",
    "url": lambda field, n: f"https://example.com/{n}",
    "integer": _whole,
    "decimal": lambda field, n: Decimal(_whole(field, n)),
    "money": lambda field, n: Decimal(_whole(field, n)),
    "boolean": lambda field, n: True,
    "date": lambda field, n: (FIRST_MOMENT + timedelta(days=n % 300)).date(),
    "datetime": lambda field, n: FIRST_MOMENT + timedelta(hours=n % 5000),
    "selection": lambda field, n: field.choices[0][0],
    "translated": lambda field, n: {"zh_CN": f"名称 {n}", "en": f"Name {n}"},
    "json": lambda field, n: {"n": n},
}
