"""Totals: stored sums and counts over the live records that point to one, such as the net amount of an order's lines.

A total is taken anew from its parts, never corrected by a difference, so it cannot drift. The row that holds it is
locked first, and the sum is taken in the statement after that: whoever changes parts of the same record at the same
time waits, and then sees what the other has written. Rows are locked weakly enough that other records may begin to
point to them meanwhile.

    orders        select … for no key update        in the order of their ids
    total         update order set net = (sum of its live lines), count = …

Both travel together, one round trip, whatever the number of records and parts. A record in the bin keeps its totals as
they were; they are taken anew when it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm.attributes import instance_dict

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.bulk import KEPT_STATEMENTS, names_of, qualified, run
from core.orm.column_types import sql_literal
from core.orm.engine import array_literal
from core.orm.fields import Field, field_name
from core.orm.pending import held

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo
    from core.orm.env import Env

SUMMED: Final = frozenset({"integer", "decimal", "money"})
Wholes = Mapping[str, Iterable[int]]
"""Ids of records that hold totals, by the field of their parts that points to them."""


def total(
    label: LazyString,
    *,
    of: str,
    sum: str | None = None,
    where: tuple[Any, Any] | None = None,
    init: bool = False,
    default: Any = None,
    **options: Any,
) -> Any:
    """A stored total over the live records of the one2many `of`: the sum of their field `sum`, else how many they are.

    `where` counts only those with a value, or one of some values, in a field: `("state", OPEN)`. The kernel keeps it up
    to date; computed fields of the same record may depend on it. It is 0 where there is nothing. Who does not see what
    is added up does not see the total either.
    """
    if where is not None:
        where = (field_name(where[0]), where[1])
    return Field("auto", label, default=0, of=of, sum=sum, where=where, readonly=True, **options)


@dataclass(frozen=True, eq=False)
class Total:
    """A total after composition: who holds it, over what, and what of the parts decides about it."""

    whole: ModelInfo
    part: ModelInfo
    field: Field
    back: Field
    names: frozenset[str]
    """Fields of the parts from which it follows."""
    sql: str
    """The aggregate over parts `p`."""

    @property
    def zero(self) -> Any:
        """The total of nothing."""
        return 0 if self.field.kind == "integer" else Decimal(0)


def declare_totals(composed: Composition) -> None:
    """Work out the totals of all models, and tell the models of their parts. Raises CompositionError."""
    for info in composed.models.values():
        for found in [one for one in info.fields.values() if one.of is not None]:
            _declare(composed, info, found, ())


def _declare(composed: Composition, info: ModelInfo, found: Field, above: tuple[Field, ...]) -> None:
    """Totals that this one adds up are declared first: it is of their kind, and for those who see them."""
    if found.name in info.own_totals:
        return
    if any(one is found for one in above):
        raise _impossible(found, _("it adds itself up"))
    over = info.fields.get(str(found.of))
    part = composed.models.get(str(over.target_key)) if over is not None else None
    summed = part.fields.get(str(found.sum)) if part is not None else None
    if part is not None and summed is not None and summed.of is not None:
        _declare(composed, part, summed, (*above, found))
    made = _declared(composed, info, found)
    info.own_totals[found.name] = made
    made.part.totals.append(made)
    for name in made.names - {made.back.name}:
        made.part.dependants.setdefault(name, set()).add((info.key, found.name))


def _declared(composed: Composition, info: ModelInfo, found: Field) -> Total:
    over = info.fields.get(str(found.of))
    part = composed.models.get(str(over.target_key)) if over is not None and over.kind == "one2many" else None
    back = part.fields.get(str(over.back)) if part is not None and over is not None else None
    if part is None or back is None or part.kind != info.kind or info.kind != "company":
        raise _impossible(found, _("{of} is no list of records of the same company", of=str(found.of)))
    summed = part.fields.get(found.sum) if found.sum is not None else None
    if found.sum is not None and (summed is None or not summed.is_stored or summed.kind not in SUMMED):
        raise _impossible(found, _("{sum} is no stored number of {model}", sum=found.sum, model=part.key))
    if summed is None and found.kind != "integer":
        raise _impossible(found, _("a count is an int"))
    found.kind = summed.kind if summed is not None else "integer"
    found.is_exact_money = summed is not None and summed.is_exact_money
    found.visible_to = found.visible_to or (summed.visible_to if summed is not None else ())
    aggregate = f"coalesce(sum(p.{names_of([summed.column_name])[0]})" if summed is not None else "count(*)"
    if found.where is not None:
        aggregate += f" filter (where {_condition(part, found)})"
    names = {back.name} | ({summed.name} if summed else set()) | ({found.where[0]} if found.where else set())
    sql = f"{aggregate}, 0)" if summed is not None else aggregate
    return Total(info, part, found, back, frozenset(names), sql)


def _condition(part: ModelInfo, found: Field) -> str:
    assert found.where is not None
    name, value = found.where
    by = part.fields.get(name)
    several = list(value) if isinstance(value, (tuple, list, set, frozenset)) else [value]
    literals = [sql_literal(one) for one in several]
    if by is None or not by.is_stored or not literals or None in literals:
        raise _impossible(
            found, _("where names no stored field of {model} with plain values", model=part.key)
        )
    return f"p.{names_of([by.column_name])[0]} in ({', '.join(map(str, literals))})".replace(":", "\\:")


def _impossible(found: Field, problem: LazyString) -> CompositionError:
    text_ = _("The total {field} cannot be kept: {problem}.", field=f"{found.model_key}.{found.name}",
              problem=problem)  # fmt: skip
    return CompositionError(text_, addon=found.addon, model=found.model_key, field=found.name)


Group = tuple[Total, ...]
"""Totals of the same records over the same parts."""


def groups_of(totals: Iterable[Total]) -> list[Group]:
    """Totals that are taken together."""
    found: dict[tuple[str, str, str], list[Total]] = {}
    for one in totals:
        found.setdefault((one.whole.key, one.part.key, one.back.name), []).append(one)
    return [tuple(found[key]) for key in sorted(found)]


def taken_anew(
    env: Env, groups: Sequence[Group], *, parts: Iterable[int] = (), wholes: Wholes | None = None
) -> Iterator[tuple[ModelInfo, list[int], list[str]]]:
    """Take totals anew, for the records that these parts point to and for those given by their ids. Gives the model,
    the ids of the rows that differed, and the names of the totals.
    """
    given = array_literal(parts)
    for group in groups:
        ids = array_literal((wholes or {}).get(group[0].back.name, ()))
        values = {"parts": given, "wholes": ids, "company": env.company_id}
        rows = run(env.session, _sum_sql(group), values).all() if given != "{}" or ids != "{}" else []
        whole, names = group[0].whole, [one.field.name for one in group]
        for key, record in held(env, whole, [row[0] for row in rows]).items():
            row = next(row for row in rows if row[0] == key)
            instance_dict(record).update(zip(names, row[1:], strict=True))
        if rows:
            yield whole, [row[0] for row in rows], names


@lru_cache(maxsize=KEPT_STATEMENTS)
def _sum_sql(group: Group) -> TextClause:
    first = group[0]
    whole, part = qualified(first.whole.table), qualified(first.part.table)
    back = names_of([first.back.column_name], "p")[0]
    ids = (
        f"select {back} as id from {part} p where p.id = any(cast(:parts as bigint[])) and {back} is not null "
        "union select unnest(cast(:wholes as bigint[]))"
    )
    columns = [one.field.column_name for one in group]
    sums = ", ".join(f"{one.sql} as s{n}" for n, one in enumerate(group))
    sets = ", ".join(f"{name} = s.s{n}" for n, name in enumerate(names_of(columns)))
    held_values, taken = ", ".join(names_of(columns, "t")), ", ".join(f"s.s{n}" for n in range(len(group)))
    return text(
        f"select t.id from {whole} t where t.id in ({ids}) order by t.id for no key update; "
        f"update {whole} t set {sets} from (select w.id, s.* from ({ids}) w cross join lateral ("
        f"select {sums} from {part} p where p.company_id = cast(:company as bigint) and {back} = w.id "
        f"and p.deleted_at is null) s) s where t.id = s.id and t.deleted_at is null "
        f"and row({held_values}) is distinct from row({taken}) returning t.id, {held_values}"
    )


def hold_wholes(env: Env, info: ModelInfo, wholes: Wholes) -> None:
    """Lock the records whose totals are going to change, before anything of their parts is read or written: two that
    change parts of the same record wait for each other here, and nowhere later.
    """
    wanted: dict[str, tuple[ModelInfo, set[int]]] = {}
    for one in [
        one for one in info.totals if one.back is not info.part_of
    ]:  # wholes of parts are locked already
        wanted.setdefault(one.whole.key, (one.whole, set()))[1].update(wholes.get(one.back.name, ()))
    for _key, (whole, ids) in sorted(wanted.items()):
        if ids:
            run(env.session, _hold_sql(whole), {"ids": array_literal(ids)})


@lru_cache(maxsize=KEPT_STATEMENTS)
def _hold_sql(whole: ModelInfo) -> TextClause:
    return text(
        f"select id from {qualified(whole.table)} where id = any(cast(:ids as bigint[])) "
        "order by id for no key update"
    )


def pointed_to(info: ModelInfo, rows: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    """Which records these rows are parts of, by the field that points to them."""
    backs = {one.back.name for one in info.totals}
    found: dict[str, set[int]] = {name: set() for name in backs}
    for row in rows:
        for name in backs:
            if row.get(name) is not None:
                found[name].add(row[name])
    return found


def refresh_totals(env: Env, info: ModelInfo, records: Sequence[Any], names: Sequence[str]) -> None:
    """Let records hold their totals as they are now, and keep them so until the commit: parts change them without
    telling by the version.
    """
    kept = {record.id: record for record in records}
    values = {"ids": array_literal(kept)}
    for row in run(env.session, _refresh_sql(info, tuple(names)), values):
        instance_dict(kept[row[0]]).update(zip(names, row[1:], strict=True))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _refresh_sql(info: ModelInfo, names: tuple[str, ...]) -> TextClause:
    columns = ", ".join(names_of(info.fields[name].column_name for name in names))
    return text(
        f"select id, {columns} from {qualified(info.table)} where id = any(cast(:ids as bigint[])) "
        "order by id for no key update"
    )
