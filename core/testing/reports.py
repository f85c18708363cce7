"""Whether reports tell nothing that their reader may not know. Nothing here knows a report.

A statement is looked through: what a column is made of is named with the column, and what rows are chosen, joined and
put together by is named with the report, so that the kernel can keep back the one or the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, CompoundSelect, Join, Select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import AliasedReturnsRows

from core.auth.field_rights import is_limitable
from core.orm.compose import Composition
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field
from core.testing.factories import Factory
from core.views.report import Report
from core.views.report_address import defaults
from core.views.report_rows import ReportRows
from core.views.report_scope import asked_of, field_of_ask, place_of, references

Place = tuple[str, str]
"""(model, field)"""


def unnamed_fields(env: Env, report: Report) -> Iterator[str]:
    """Fields that a statement reads and the report does not name. `env` is the kernel's own."""
    if report.statement is None:
        return
    rows = ReportRows(env, report, any_answers(env, report))
    statement = report.statement(env, rows.answers)
    needed = _named(report, list(report.needs)) | {
        place for one in report.parameters for place in _named(report, one.field)
    }
    cells = list(statement.subquery().c)
    if len(cells) != len(report.columns):
        yield f"{report.key}: {len(cells)} values for {len(report.columns)} columns"
        return
    for one, cell in zip(report.columns, cells, strict=True):
        for model, name in sorted(_read(env.composition, cell) - needed - _named(report, one.field)):
            yield f"{report.key}: the column {one.key} reads {model}.{name}, which its `field` does not name"
    for model, name in sorted(_conditions(env.composition, statement) - needed):
        yield f"{report.key}: rows are chosen, joined or grouped by {model}.{name}, which `needs` does not name"


def any_answers(env: Env, report: Report) -> dict[str, Any]:
    """The usual answers, with anything that fits where somebody has to say something."""
    found = defaults(env, report)
    for one in asked_of(env, report):
        if one.required and found.get(one.key) is None:
            found[one.key] = _any_value(env, field_of_ask(one))
    return found


def _any_value(env: Env, field: Field) -> Any:
    if field.kind in TO_ONE:
        known: Any = env.first(str(field.target_key))
        return (Factory(env).make(str(field.target_key)) if known is None else known).id
    return _VALUES.get(field.kind, field.choices[0][0] if field.choices else "x")


_VALUES: Final[dict[str, Any]] = {"date": date(2026, 1, 5), "integer": 1, "decimal": Decimal(1)}


def _named(report: Report, fields: Any) -> set[Place]:
    found = (place_of(report, one) for one in references(fields))
    return {(info.key, name) for info, name in found if name is not None}


def _read(composed: Composition, expression: Any) -> set[Place]:
    """The fields that a company may hide, of those that an expression is made of, through subqueries."""
    tables = {info.table.fullname: info for info in composed.models.values()}
    found: set[Place] = set()
    waiting, seen = [expression], set()
    while waiting:
        for part in visitors.iterate(waiting.pop()):
            if id(part) in seen:
                continue
            seen.add(id(part))
            waiting += [base for base in getattr(part, "base_columns", ()) if base is not part]
            info = tables.get(getattr(getattr(part, "table", None), "fullname", ""))
            if isinstance(part, Column) and info is not None:
                field = next((one for one in info.fields.values() if one.column_name == part.name), None)
                if field is not None and is_limitable(field) and field.on_delete != "part_of":
                    found.add((info.key, field.name))
    return found


def _conditions(composed: Composition, statement: Any) -> set[Place]:
    """What rows are chosen, joined, grouped and ordered by; of subqueries in FROM too."""
    if isinstance(statement, CompoundSelect):
        return set().union(*(_conditions(composed, one) for one in statement.selects))
    if not isinstance(statement, Select):
        return set()
    found: set[Place] = set()
    joins = [join[1] for join in statement._setup_joins if join[1] is not None]
    inside = (
        *statement._where_criteria, *statement._having_criteria, *statement._group_by_clauses,
        *statement._order_by_clauses, *joins,
    )  # fmt: skip
    for part in inside:
        found |= _read(composed, part)
    return found.union(*(_of_source(composed, source) for source in statement.get_final_froms()))


def _of_source(composed: Composition, source: Any) -> set[Place]:
    if isinstance(source, Join):
        sides = _of_source(composed, source.left) | _of_source(composed, source.right)
        return sides | _read(composed, source.onclause)
    if isinstance(source, AliasedReturnsRows):
        return _conditions(composed, source.element)
    return set()
