"""Which rows: company, bin and policy in one expression; and how a record is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, inspect, literal, not_, select
from sqlalchemy.sql.util import ClauseAdapter

from core.orm.alternatives import asked_of_rows
from core.orm.binding import seal
from core.orm.fields import TEXTS, TO_ONE, Field
from core.orm.masking import mask_of, unless_masked
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MAX_VALUE_LENGTH: Final = 1000
MAX_LIST_VALUES: Final = 200


def row_criteria(
    env: Env, info: ModelInfo, cls: Any, action: str = "read", *, binned: bool | None = False
) -> list[Where]:
    """Everything that binds a statement on `cls`, the composed class, for this caller. `binned` None means records in
    the bin as well.
    """
    key = ("criteria", info.key, action, binned, env.company_id)
    return list(env.policy.remembered(key, lambda: _criteria(env, info, cls, action, binned)))


def _criteria(env: Env, info: ModelInfo, cls: Any, action: str, binned: bool | None) -> list[Where]:
    if not env.policy.allowed(info, action):
        return [false()]
    found: list[Where] = []
    if info.is_of_one_company:
        found.append(cls.company_id == env.company_id)
    elif info.kind == "shared":
        found.append(cls.company_id.in_([0, env.company_id]))
    if binned is not None:
        found.append(cls.deleted_at.is_not(None) if binned else cls.deleted_at.is_(None))
    where = env.reach(info, action, live=binned is False)
    if where is not None:
        found.append(where)
    return found


def display_of(info: ModelInfo, cls: Any, language: str) -> ColumnElement[Any]:
    """The expression that names a record, in the reader's language."""
    return readable_value(info.fields[info.display], getattr(cls, info.display), language)


def label_of(env: Env, info: ModelInfo, cls: Any) -> ColumnElement[Any]:
    """The name of a record for this caller: its number where the name is empty, or not for the caller to see."""
    number: ColumnElement[Any] = literal("#").concat(cast(cls.id, Text))
    if info.display not in env.policy.readable(info):
        return number
    field = info.fields[info.display]
    if field.kind in TO_ONE:
        name, may_lack = _name_behind(env, field, cls), True
    else:
        name = display_of(info, cls, env.language)
        may_lack = not field.required and field.kind in (*TEXTS, "translated", "selection")
    label = func.coalesce(name, number) if may_lack else name
    kept = mask_of(env, info, info.display, cls)
    return label if kept is None else case((not_(kept), cast(label, Text)), else_=number)


def _name_behind(env: Env, field: Field, cls: Any) -> ColumnElement[Any]:
    """The name of the record that names this one: a line is called what its product is. Nothing where the caller does
    not see that record.
    """
    target = env.composition.info(str(field.target_key))

    def name() -> Any:
        alias, on = label_join(env, target, getattr(cls, field.attribute), f"name of {field.model_key}")
        asked = select(cast(label_of(env, target, alias), Text)).where(on).correlate(cls)
        return seal(asked).scalar_subquery()

    kept = ("name behind", field.model_key, field.name, cls, env.company_id, env.language)
    found: ColumnElement[Any] = env.policy.remembered(kept, name)
    return found


def label_join(env: Env, target: ModelInfo, key: Any, slot: int | str) -> tuple[Any, Any]:
    """An alias of the target and the condition that joins it, as far as the caller may see it.

    A record in the bin keeps its name where it is referred to. `key` is a column of the composition or of
    `outer_cell`, the same object each time, because making alias and condition costs more than the rest of a page.
    """
    kept = ("join", target.key, key, slot, env.company_id)
    found: tuple[Any, Any] = env.policy.remembered(kept, lambda: _label_join(env, target, key, slot))
    return found


def _label_join(env: Env, target: ModelInfo, key: Any, slot: int | str) -> tuple[Any, Any]:
    alias = target.alias(slot)
    if not env.policy.allowed(target, "read"):
        return alias, false()
    conditions = [alias.id == key]
    if target.is_of_one_company:
        conditions.append(alias.company_id == env.company_id)
    elif target.kind == "shared":
        conditions.append(alias.company_id.in_([0, env.company_id]))
    where = env.reach(target, "read")
    if where is not None:
        conditions.append(ClauseAdapter(inspect(alias).selectable).traverse(asked_of_rows(where)))
    return alias, and_(*conditions)


def seen_value(env: Env, info: ModelInfo, field: Field) -> ColumnElement[Any]:
    """A field as the caller reads it, for filters and groups: empty on rows where it is kept from them."""
    value = readable_value(field, getattr(info.cls, field.attribute), env.language)
    return unless_masked(env, info, field.name, value)


def readable_value(field: Field, column: Any, language: str) -> ColumnElement[Any]:
    """A column as it is read: translated texts in one language with fallback."""
    if field.kind != "translated":
        return column  # type: ignore[no-any-return]
    other = "en" if language != "en" else "zh_CN"
    arrow = column.op("->>", return_type=Text())
    return func.coalesce(arrow(language), arrow(other))
