"""What names an addon's things from elsewhere, and rests while the addon is away.

The kernel and the other addons name records and fields by text: the kind of record an attachment hangs on, a role's
right on a model, a sharing rule, a menu that a role hides. Such rows stay as they are, and count again with the addon.
Every model with a field `model` names kinds of records; the few other places are listed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from core.i18n import LazyString, _
from core.lifecycle.life_plan import Line
from core.lifecycle.plan_question import Question
from core.orm.model_info import ModelInfo

NAMING: Final = (
    ("base.role_screen", "name"), ("base.setting", "key"), ("base.paper_text", "document"),
    ("base.numbering", "sequence"), ("base.option", "list_code"),
)  # fmt: skip
"""Fields whose values begin with an addon's name and a dot."""
ROLES: Final = "base.user_role"


def references(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """Rows that name what the addons bring, in the asked company or in all; lines of 0 rows are left out."""
    for info, column in _places(asked, addons):
        condition, values = _naming(column, addons)
        count = _count(asked, info, condition, values)
        if count:
            yield Line("reference", info.key, _words(info), count, column)
    holders = _holders(asked, addons)
    if holders:
        words = _("People who hold one of its roles")
        yield Line("reference", ROLES, words, holders, "role")
    for info, field in _rights_on_fields(asked, addons):
        count = _count(asked, info, "model = :model and field = :field", field)
        if count:
            yield Line("reference", info.key, _words(info), count, f"{field['model']}.{field['field']}")
    yield from _waiting_jobs(asked, addons)


def _words(info: ModelInfo) -> LazyString:
    return _("“{label}” that name something of it", label=info.plural)


def _places(asked: Question, addons: Collection[str]) -> Iterator[tuple[ModelInfo, str]]:
    models = asked.composition.models
    for info in models.values():
        named = info.fields.get("model")
        if info.addon not in addons and named is not None and named.is_stored:
            yield info, named.column_name
    for key, name in NAMING:
        if key in models:
            yield models[key], models[key].fields[name].column_name


def _naming(column: str, addons: Collection[str]) -> tuple[str, dict[str, Any]]:
    values = {f"addon{number}": f"{name}." for number, name in enumerate(sorted(addons))}
    return " or ".join(f"starts_with({column}, :{key})" for key in values), values


def _count(asked: Question, info: ModelInfo, condition: str, values: dict[str, Any]) -> int:
    table = (str(info.table.schema), info.table.name)
    wanted = f"({condition}) and deleted_at is null"
    if asked.company_id is not None and "company_id" in info.table.columns:
        wanted, values = f"{wanted} and company_id = :company", {**values, "company": asked.company_id}
    return asked.counter.where(table, wanted, values)


def _holders(asked: Question, addons: Collection[str]) -> int:
    condition, values = _naming("code", addons)
    own = f"role_id in (select id from base.role where ({condition}) and company_id is null)"
    return _count(asked, asked.composition.models[ROLES], own, values)


def _rights_on_fields(asked: Question, addons: Collection[str]) -> Iterator[tuple[ModelInfo, dict[str, str]]]:
    """Rights that companies set on fields which the addons add to models of others."""
    models = asked.composition.models
    for info in models.values():
        for field in info.fields.values():
            if info.addon not in addons and field.addon in addons and not field.system:
                for key in ("base.field_right", "base.value_limit"):
                    yield models[key], {"model": info.key, "field": field.name}


def _waiting_jobs(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    packages = [asked.known[name].package for name in addons if name in asked.known]
    if not packages:
        return
    condition, values = _naming("name", packages)
    info = asked.composition.models["base.job"]
    waiting = f"({condition}) and state in ('queued', 'failed')"
    count = _count(asked, info, waiting, values)
    if count:
        words = _("Jobs that wait: they are put away without being run")
        yield Line("reference", info.key, words, count, "state")
