"""What of a report exists for one caller: whether they may open it, which columns and questions it has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from core.errors import AccessDenied, NotFound, ValidationFailed
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo, composition
from core.orm.dormant import require_awake
from core.orm.fields import TO_ONE, Field
from core.views.references import owner_of
from core.views.registry import registry_of
from core.views.report import Ask, Column, Fields, Report
from core.views.scope import named_field

if TYPE_CHECKING:
    from core.orm.env import Env

Labels = Mapping[tuple[str, int], str]
YES_OR_NO: Final = (("yes", _("yes")), ("no", _("no")))
_KINDS: Final = {
    "str": "text", "int": "integer", "bool": "boolean", "Decimal": "decimal", "date": "date", "datetime": "datetime",
    "State": "state", "Linked": "text",
}  # fmt: skip


def report_for(env: Env, key: str) -> Report:
    """The report that an address names. NotFound where its addon is off, AccessDenied for whoever may not open it."""
    registry = registry_of()
    addon, found = registry.reports.get(key, ("", None))
    if found is None or addon not in registry.enabled(env.addons):
        require_awake(env, key)
        raise NotFound()
    if not may_open(env, found):
        raise AccessDenied()
    return registry.report(found, env.addons)


def may_open(env: Env, report: Report) -> bool:
    """Whether the caller holds the right, and sees every field that the report cannot do without."""
    return env.can(*report.right) and _sees(env, report, list(report.needs))


def shown_columns(env: Env, report: Report) -> list[Column]:
    """The columns that the caller gets. One whose currency they may not see goes with it."""
    shown = [one for one in report.columns if _exists(env, one.type) and _sees(env, report, one.field)]
    keys = {one.key for one in shown}
    return [one for one in shown if one.currency is None or one.currency in keys]


def columns_for(
    env: Env, report: Report, values: Mapping[str, Any], *, outside: bool = False
) -> list[Column]:
    """Those of them that say something with these answers; for somebody outside without internal ones, but with the
    codes of currencies.
    """
    found = [
        one for one in shown_columns(env, report) if one.unless is None or values.get(one.unless) is None
    ]
    codes = {one.currency for one in found}
    return [one for one in found if not (outside and one.internal) or one.key in codes]


def asked_of(env: Env, report: Report) -> list[Ask]:
    """What the caller is asked."""
    return [one for one in report.parameters if _exists(env, one.type) and _sees(env, report, one.field)]


def field_of_column(column: Column) -> Field:
    """The column as a field, by which widgets and files know how to write its values."""
    kind = "money" if column.money else "selection" if column.choices else kind_of(column.type)
    return _named(Field(kind, column.label, choices=column.choices), column.key, column.type)


def field_of_ask(ask: Ask) -> Field:
    """A question as a field. Yes and no are two choices, so that an address can leave it open."""
    kind = "option" if ask.list else "selection" if ask.choices else kind_of(ask.type)
    choices = YES_OR_NO if kind == "boolean" else ask.choices
    made = Field(
        "selection" if kind == "boolean" else kind, ask.label, choices=choices, list=ask.list, help=ask.help
    )
    made.required = ask.required
    return _named(made, ask.key, ask.type)


def kind_of(value_type: type) -> str:
    """The kind of field for values of a type."""
    known = _KINDS.get(value_type.__name__)
    if known is not None:
        return known
    return "option" if composition().info(value_type).key == "base.option" else "many2one"


def check_answers(env: Env, asked: list[Ask], values: Mapping[str, Any]) -> None:
    """Refuse records that are not there for the caller, and missing answers, at their fields."""
    fields = {one.key: field_of_ask(one) for one in asked}
    wanted: dict[str, set[int]] = {}
    for name, field in fields.items():
        if field.kind in TO_ONE and values.get(name) is not None:
            wanted.setdefault(str(field.target_key), set()).add(values[name])
    known = env.labels_of(wanted)
    problems: dict[str, list[LazyString]] = {}
    for name, field in fields.items():
        value = values.get(name)
        if value is None and field.required:
            problems[name] = [_("{name} is required.", name=field.label)]
        elif value is not None and field.kind in TO_ONE and (str(field.target_key), value) not in known:
            problems[name] = [_("{name}: there is no such record.", name=field.label)]
    if problems:
        raise ValidationFailed(problems)


def labels_for(env: Env, fields: Sequence[Field], rows: Sequence[Sequence[Any]]) -> Labels:
    """The names of all records in the rows that the reader may see, in one statement."""
    wanted: dict[str, set[int]] = {}
    for at, field in enumerate(fields):
        if field.kind in TO_ONE:
            wanted.setdefault(str(field.target_key), set()).update(
                row[at] for row in rows if row[at] is not None
            )
    return env.labels_of(wanted) if wanted else {}


def references(fields: Fields) -> list[Any]:
    """What a report names, one by one."""
    if fields is None:
        return []
    is_pair = isinstance(fields, tuple) and len(fields) == 2 and isinstance(fields[1], str)
    return list(fields) if isinstance(fields, (list, tuple)) and not is_pair else [fields]


def place_of(report: Report, reference: Any) -> tuple[ModelInfo, str | None]:
    """The model and the name of a field that a report names; None for what does not exist.

    A mixin's field does not say through which model it was reached: it is that of the report's right.
    """
    models = composition()
    if isinstance(reference, tuple):
        info = models.info(reference[0])
        return info, reference[1] if reference[1] in info.fields else None
    owner = owner_of(reference)
    try:
        info = models.info(getattr(owner, "__definition__", owner))
    except LookupError:
        info = models.info(report.right[1])
    return info, named_field(info, reference)


def _sees(env: Env, report: Report, fields: Fields) -> bool:
    return all(
        env.can("read", info.cls) and name in env.policy.readable(info)
        for info, name in (place_of(report, reference) for reference in references(fields))
    )


def _exists(env: Env, value_type: type) -> bool:
    """Whether values of the type are of this company: records of an addon that is off are not."""
    return value_type.__name__ in _KINDS or composition().info(value_type).addon in env.addons


def _named(field: Field, name: str, value_type: type) -> Field:
    field.name = name
    if field.kind in TO_ONE:
        field.target_key = composition().info(value_type).key
    return field
