"""What an upgrade makes of shipped records: those that follow, those that people have changed, and those that are new.

Works out what `core.orm.shipped` will do, from the same decision, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import select

from core.auth.company_addons import enabled_addons
from core.auth.role_rows import role_shipments
from core.i18n import _
from core.lifecycle.plan import InstallPlan
from core.lifecycle.plans.life_plan import Line
from core.lifecycle.plans.question import Question
from core.lifecycle.seed import choice_shipments, numbering_shipments
from core.orm.compose import ModelInfo
from core.orm.kernel_tables import shipped
from core.orm.shipped import News, Shipment, news_of, plain
from core.orm.trust import TRUSTED

OFFERED: Final = "offered"
"""The detail of a line about values that somebody has changed: they stay, and what is shipped now is offered."""
FOLLOWS: Final = "follows"
"""The detail of a line about values that are as they were shipped, and become what is shipped now."""
ADDED: Final = "added"
"""The detail of a line about a record that the addon has begun to ship."""


def news(asked: Question, plan: InstallPlan) -> Iterator[Line]:
    """Lines about shipped records of the addons that are installed already; those of new ones all come as they are."""
    composition, known = asked.composition, asked.installed
    for model, shipments in (
        ("base.role", role_shipments(composition)),
        ("base.option", choice_shipments(composition, known)),
    ):
        wanted = [one for one in shipments if one.addon in known]
        yield from _lines(asked, plan, model, wanted, 0, "")
    if not plan.upgraded:
        return
    for company in asked.companies.values():
        on = enabled_addons(asked.connection, company.id) & set(plan.upgraded)
        numbers = numbering_shipments(composition, on, company.language)
        yield from _lines(asked, plan, "base.numbering", numbers, company.id, company.name)


def _lines(
    asked: Question,
    plan: InstallPlan,
    model: str,
    shipments: Sequence[Shipment],
    company_id: int,
    company: str,
) -> Iterator[Line]:
    remembered = _remembered(asked, model, company_id)
    info = asked.composition.info(model)
    changed = {
        one.key: remembered[one.key] for one in shipments
        if one.key in remembered and remembered[one.key].shipped != plain(one.values)
    }  # fmt: skip
    due = [one for one in shipments if one.key in changed]
    names = {name for one in due for name in one.values} | {one.used for one in due if one.used is not None}
    records = _records(asked, info, names - _coming(info, plan), [row.record_id for row in changed.values()])
    for shipment in shipments:
        name = f"{model} {shipment.key}" + (f" ({company_id})" if company_id else "")
        title = _title(shipment.values[info.display], company)
        row = changed.get(shipment.key)
        if shipment.key not in remembered:
            yield Line("record", name, _("“{record}” is new", record=title), detail=ADDED)
        elif row is not None and row.record_id in records:
            current, is_live = records[row.record_id]
            found = news_of(row, shipment, current, is_live=is_live)
            yield from _of_record(info, name, title, found)


def _of_record(info: ModelInfo, name: str, title: str, found: News) -> Iterator[Line]:
    if found.taken:
        words = _("“{record}” becomes as it is shipped now: {fields}", record=title,
                  fields=[info.fields[field].label for field in found.taken])  # fmt: skip
        yield Line("record", name, words, detail=FOLLOWS)
    if found.offers:
        words = _("“{record}” stays as it is; what is shipped now is offered: {fields}", record=title,
                  fields=[info.fields[field].label for field in found.offers])  # fmt: skip
        yield Line("record", name, words, detail=OFFERED)


def _title(value: Any, company: str) -> str:
    """What the record is called now, in all languages in which it is called otherwise."""
    name = " · ".join(dict.fromkeys(value.values())) if isinstance(value, dict) else str(value)
    return f"{name} ({company})" if company else name


def _remembered(asked: Question, model: str, company_id: int) -> dict[str, Any]:
    here = (shipped.c.model == model) & (shipped.c.company_id == company_id)
    rows = asked.connection.execute(select(shipped).where(here), execution_options=TRUSTED)
    return {row.key: row for row in rows}


def _coming(info: ModelInfo, plan: InstallPlan) -> set[str]:
    """Fields whose columns the same upgrade makes; they have no value yet."""
    table = f"{info.table.schema}.{info.table.name}"
    columns = {one.name for one in plan.schema.operations if one.kind == "column" and one.table == table}
    return {name for name, field in info.fields.items() if field.column_name in columns}


def _records(
    asked: Question, info: ModelInfo, names: Collection[str], ids: Collection[int]
) -> dict[int, tuple[dict[str, Any], bool]]:
    """The values of records under these names, and whether they are live."""
    if not ids:
        return {}
    columns = info.table.c
    wanted = select(
        columns.id,
        columns.deleted_at,
        *(columns[info.fields[name].column_name].label(f"={name}") for name in names),
    ).where(columns.id.in_(ids))
    rows = asked.connection.execute(wanted, execution_options=TRUSTED).mappings()
    return {
        row["id"]: (plain({name: row[f"={name}"] for name in names}), row["deleted_at"] is None)
        for row in rows
    }
