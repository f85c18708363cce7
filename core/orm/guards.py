"""Which rows somebody may change, where they may move them, and what they may point to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, literal, select, union_all
from sqlalchemy.sql import visitors

from core.errors import AccessDenied, Conflict, NotFound, StateForbids
from core.i18n import _
from core.orm.bulk import among, given_ids
from core.orm.criteria import row_criteria
from core.orm.engine import scope_of
from core.orm.fields import TO_MANY, Field
from core.orm.immutable import refuse_change
from core.orm.masking import refuse_masked
from core.orm.parts import check_parts, closed, is_shut
from core.orm.policy import require
from core.orm.retrying import Overtaken
from core.orm.tables import state_literal
from core.orm.trust import TRUSTED
from core.orm.values import Problems, raise_problems

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env
    from core.orm.pending import Pending


class StaleRecord(Overtaken, Conflict):
    """The row changed between reading and writing in this very transaction: the unit of work may run again."""

    def __init__(self, detail: str = "") -> None:
        Conflict.__init__(self)
        self.detail = detail


def check_rows(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """The caller may change these rows; records of a running transition are changed by its own right."""
    refuse_change(info)
    others = [p.record for p in pending if not env.is_granted(p.record)]
    if others:
        require(env.policy, info, "update")
        if not _reaches_all(env, info, others):
            ids = {record.id for record in others}
            if missing := ids - reached(env, info, ids, "update"):
                raise unreachable(env, info, missing)
    refuse_masked(env, info, pending)
    refuse_shared(env, info, [p.record for p in pending])
    check_parts(env, info, pending)
    check_states(env, info, pending)


def reached(env: Env, info: ModelInfo, ids: Iterable[int], action: str) -> frozenset[int]:
    """Those of the records that are live and within the caller's reach for the action."""
    statement = env.policy.remembered(
        ("reached", info.key, action),
        lambda: select(info.cls.id).where(given_ids(info.cls.id), *row_criteria(env, info, info.cls, action)),
    )
    found = env.session.scalars(statement, {"ids": list(ids)}, execution_options=TRUSTED)
    return frozenset(found)


def _reaches_all(env: Env, info: ModelInfo, records: Iterable[Any]) -> bool:
    """Whether the caller may change every row of the company, and these are such rows. The database need not be asked:
    a row that has gone into the bin meanwhile has another version, and is not written.
    """
    if env.reach(info, "update") is not None:
        return False
    companies = {"company": (env.company_id,), "shared": (0, env.company_id)}.get(info.kind)
    held = [record.__dict__ for record in records]
    return all(
        one.get("deleted_at", one) is None and (companies is None or one.get("company_id") in companies)
        for one in held
    )


def refuse_shared(env: Env, info: ModelInfo, records: Iterable[Any]) -> None:
    """Records of all companies stand behind a wall that only those with a right of its own may write over."""
    scope = scope_of(env.session) if info.kind == "shared" else None
    if scope is not None and 0 not in scope.write and any(record.company_id == 0 for record in records):
        raise _of_all_companies()


def _of_all_companies() -> AccessDenied:
    return AccessDenied(_("All companies share this record: only the system administrator changes it."))


def _any_of_all(env: Env, info: ModelInfo, ids: Iterable[int]) -> bool:
    found = select(info.cls.id).where(info.cls.id.in_(list(ids)), info.cls.company_id == 0).limit(1)
    return env.session.scalar(found, execution_options=TRUSTED) is not None


def check_states(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> None:
    """Closed means closed for everyone, other states may be so for people; and a state is changed by steps, or by the
    kernel's own work.
    """
    found = info.state_field
    for one in pending if found is not None else ():
        if found is None or env.is_granted(one.record):
            continue
        held = state_literal(getattr(one.record, found.name))
        state = info.states.get(str(one.values.get(found.name, (held,))[0]))
        if state is not None and is_shut(env, info, state, {*one.values, *one.links}):
            raise closed(info, state)
        if found.name in one.values and not env.is_system:
            raise StateForbids(_("The state is changed by its steps only."))


def unreachable(env: Env, info: ModelInfo, ids: Iterable[int]) -> Exception:
    """No such record for those who may not see it, a refusal for those who may only look."""
    wanted = set(ids)
    if wanted - reached(env, info, wanted, "read"):
        return NotFound()
    if info.kind == "shared" and _any_of_all(env, info, wanted):
        return _of_all_companies()
    return AccessDenied(_("You may see this record but not change it."))


def assignable(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> frozenset[int] | None:
    """Ids of the records that the caller may give away; None where the change cannot move any out of reach.

    Whoever changes a record keeps it within reach, as a rule: another owner outside of it needs the right "assign".
    """
    names = {name for one in pending if not env.is_granted(one.record) for name in one.values}
    if not names & deciding_fields(env, info):
        return None
    if not env.policy.allowed(info, "assign"):
        return frozenset()
    return reached(env, info, [one.record.id for one in pending], "assign")


def lost(env: Env, info: ModelInfo, pending: Sequence[Pending]) -> set[int]:
    """Ids of the records that are out of the caller's reach now that they are written."""
    ids = {one.record.id for one in pending if not env.is_granted(one.record)}
    return ids - reached(env, info, ids, "update")


def deciding_fields(env: Env, info: ModelInfo) -> frozenset[str]:
    """Names of the fields on which it depends whether the caller may change a record."""
    found: frozenset[str] = env.policy.remembered(
        ("deciding", info.key), lambda: fields_read_by(info, env.reach(info, "update"))
    )
    return found


def fields_read_by(info: ModelInfo, where: Any) -> frozenset[str]:
    """Names of the stored fields of the model whose columns an expression reads, itself or in what it is made of."""
    columns = {
        part.name for part in (visitors.iterate(where) if where is not None else ())
        if isinstance(part, Column) and getattr(part.table, "fullname", None) == info.table.fullname
    }  # fmt: skip
    return frozenset(found.name for found in info.fields.values() if found.column_name in columns)


def check_targets(
    env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]], *, anything_there: bool = False
) -> None:
    """Every record that is pointed to exists and may be seen by the caller: one statement for all relations.

    `anything_there` asks only that it is a record of the company: a step may point to what its caller does not see.
    """
    wanted = _targets(env, info, rows)
    if not wanted:
        return
    asking = env.sudo("targets of a step") if anything_there else env
    selects = [
        select(literal(field.name).label("name"), target.cls.id.label("id"))
        .where(among(target.cls.id, sorted(ids)), *row_criteria(asking, target, target.cls), *_of_list(field, target))
        for field, target, ids in wanted
    ]  # fmt: skip
    statement = selects[0] if len(selects) == 1 else union_all(*selects)
    seen = {(name, key) for name, key in env.session.execute(statement, execution_options=TRUSTED)}
    missing = {
        field.name: {key for key in ids if (field.name, key) not in seen} for field, _target, ids in wanted
    }
    if any(missing.values()):
        raise_problems([_pointing_nowhere(info, row, missing) for row in rows])


def _pointing_nowhere(info: ModelInfo, row: Mapping[str, Any], missing: Mapping[str, set[int]]) -> Problems:
    found: Problems = {}
    for name, ids in missing.items():
        value = row.get(name)
        if not ids.isdisjoint(value if isinstance(value, list) else [value]):
            found[name] = [_("{name}: there is no such record.", name=info.fields[name].label)]
    return found


def _targets(
    env: Env, info: ModelInfo, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Field, ModelInfo, set[int]]]:
    found = []
    given = set().union(*rows)
    for field in info.relations:
        target = env.composition.models.get(str(field.target_key)) if field.name in given else None
        if target is None:
            continue
        values = [value for row in rows if (value := row.get(field.name)) is not None]
        ids = set(chain.from_iterable(values) if field.kind in TO_MANY else values)
        if target.key == "base.user":
            ids.discard(env.user_id)  # who is calling is there
        if ids:
            found.append((field, target, ids))
    return found


def _of_list(field: Field, target: ModelInfo) -> list[Any]:
    """A choice of another option list is no choice of this field."""
    return [target.cls.list_code == field.option_list] if field.option_list is not None else []
