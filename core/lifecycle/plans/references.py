"""What names an addon's things from elsewhere, and rests while the addon is away.

The kernel and the other addons name records, fields and menus by text: the kind of record an attachment hangs on, a
role's right on a model, a sharing rule, a menu that a role hides. Their models say so (`names`), and such rows stay as
they are and count again with the addon: see `core.orm.dormant`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from core.i18n import LazyString, _
from core.lifecycle.plans.life_plan import Line
from core.lifecycle.plans.question import Question
from core.orm.model_info import ModelInfo

ROLE: Final = "base.role"
"""Its roles are named by themselves."""
ROLES: Final = "base.user_role"
JOBS: Final = "base.job"
_BUILT_IN: Final = "addons."
"""Before the names of jobs of addons that lie beside the kernel."""


def references(asked: Question, addons: Collection[str]) -> Iterator[Line]:
    """Rows that name what the addons bring, in the asked company or in all; lines of 0 rows are left out."""
    for info in asked.composition.models.values():
        if info.addon in addons or not info.names or info.key == ROLE:
            continue
        column = info.fields[info.names[0]].column_name
        condition, values = _naming(column, addons)
        if info.key == JOBS:
            condition = f"({condition}) and state in ('queued', 'failed')"
        yield from _line(asked, info, condition, values, column)
        if len(info.names) > 1:
            yield from _fields(asked, info, addons)
    condition, values = _naming("code", addons)
    held = f"role_id in (select id from base.role where ({condition}) and company_id is null)"
    yield from _line(asked, asked.composition.models[ROLES], held, values, "role_id")


def _line(
    asked: Question, info: ModelInfo, condition: str, values: dict[str, Any], detail: str
) -> Iterator[Line]:
    table = (str(info.table.schema), info.table.name)
    wanted = f"({condition}) and deleted_at is null"
    if asked.company_id is not None and "company_id" in info.table.columns:
        wanted, values = f"{wanted} and company_id = :company", {**values, "company": asked.company_id}
    count = asked.counter.where(table, wanted, values)
    if count:
        yield Line("reference", info.key, _words(info), count, detail)


def _words(info: ModelInfo) -> LazyString:
    if info.key == JOBS:
        return _("Jobs that wait: they are put away without being run")
    if info.key == ROLES:
        return _("People who hold one of its roles")
    return _("“{label}” that name something of it", label=info.plural)


def _naming(column: str, addons: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Values of the column that begin with the name of one of the addons and a dot."""
    begins = [f"{prefix}{name}." for name in sorted(addons) for prefix in ("", _BUILT_IN)]
    values = {f"name{number}": begin for number, begin in enumerate(begins)}
    return " or ".join(f"starts_with({column}, :{key})" for key in values), values


def _fields(asked: Question, info: ModelInfo, addons: Collection[str]) -> Iterator[Line]:
    """Rows about fields which the addons add to models of others."""
    of_model, of_field = (info.fields[name].column_name for name in info.names[:2])
    condition = f"{of_model} = :model and {of_field} = :field"
    for model in asked.composition.models.values():
        for field in model.fields.values():
            if model.addon not in addons and field.addon in addons and not field.system:
                values = {"model": model.key, "field": field.name}
                yield from _line(asked, info, condition, values, f"{model.key}.{field.name}")
