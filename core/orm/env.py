"""The one door to the data. Every row that leaves or enters goes through an `Env`.

An Env is one caller (who, as whom, in which company, through which channel) for the length of one request, job or
command. It applies company, rights, field rights and enabled addons to whatever is read or written, and is the same
for pages, API, export, search, charts, files and jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, DateTime, Select, cast, null, select

from core.errors import NotFound
from core.i18n import LazyString, _
from core.orm import (
    alike,
    counting,
    creating,
    deleting,
    final_numbers,
    grouping,
    listing,
    locking,
    reach,
    reading,
    running,
    undoing,
    writing,
)
from core.orm.binding import read
from core.orm.buckets import bucket
from core.orm.bulk import listed
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.conditions import condition
from core.orm.criteria import row_criteria, seen_value
from core.orm.gathered_ids import ids_of_rows
from core.orm.links import linked_ids
from core.orm.masking import mask_of
from core.orm.methods import Method
from core.orm.naming import called_like
from core.orm.numbers import draw_numbers
from core.orm.ordering import Order, order_value
from core.orm.policy import Explanation, SystemPolicy
from core.orm.session import ENV_KEY
from core.orm.taken_numbers import untaken
from core.orm.trust import TRUSTED
from core.orm.work import EnvWork

M = TypeVar("M")
Where = ColumnElement[bool]


class Env(EnvWork):
    """Who is calling, and everything they may do with rows."""

    # -- who -----------------------------------------------------------------------------------------------------

    @property
    def user(self) -> Any:
        """The calling user's record."""
        found = self.load(self.info("base.user"), [self.user_id])
        if not found:  # the kernel itself, which has no account
            raise NotFound()
        return found[0]

    def sudo(self, reason: LazyString | str) -> Env:
        """The same company and user with the kernel's rights; the audit names the reason."""
        env = self.with_policy(SystemPolicy(str(reason), self.addons), str(reason))
        env._origin = self._origin or self
        return env

    def can(self, action: str, target: Any) -> bool:
        """Whether the caller may do `action` on a model (key or class) or on one record."""
        info = self.composition.info(target)
        if info.addon not in self.addons or not self.policy.allowed(info, action):
            return False
        if isinstance(target, (str, type, ModelInfo)):
            return True
        statement = self.policy.remembered(
            ("can", info.key, action, self.company_id),
            lambda: select(info.cls.id).where(listed(info.cls.id), *row_criteria(self, info, info.cls, action)),
        )  # fmt: skip
        return self.session.scalar(statement, {"ids": [target.id]}, execution_options=TRUSTED) is not None

    def explain(self, action: str, target: Any) -> Explanation:
        """The decision on `action` in words, from the expressions that decide."""
        info = self.composition.info(target)
        record = None if isinstance(target, (str, type, ModelInfo)) else target
        return self.policy.explain(info, action, record)

    # -- reading -------------------------------------------------------------------------------------------------

    def search(self, model: type[M] | str, *where: Where, order: str | None = None, limit: int = 80, offset: int = 0,
               binned: bool = False) -> list[M]:  # fmt: skip
        """Records that match, as far as the caller may see them."""
        info = self.info(model)
        self.flush()
        wanted = Order.parse(self, info, order)
        by = order_value(self, info, wanted.field)
        statement = by.added_to(select(info.cls)).where(
            *row_criteria(self, info, info.cls, binned=binned), *where
        )
        ordering = by.value.desc().nulls_last() if wanted.descending else by.value.asc().nulls_first()
        statement = statement.order_by(ordering, info.cls.id).limit(max(0, limit)).offset(max(0, offset))
        return list(read(self, info, statement, where).scalars())

    def first(self, model: type[M] | str, *where: Where, order: str | None = None) -> M | None:
        """The first record that matches, or None."""
        found: list[M] = self.search(model, *where, order=order, limit=1)
        return found[0] if found else None

    def get(self, model: type[M] | str, key: int, *, binned: bool = False) -> M:
        """One record by id. Raises NotFound, the same for what is missing and for what is invisible."""
        found: list[M] = self.get_many(model, [key], binned=binned)
        return found[0]

    def get_many(self, model: type[M] | str, ids: Sequence[int], *, binned: bool = False) -> list[M]:
        """Records by id in the given order; all of them or NotFound."""
        info = self.info(model)
        self.flush()
        if any(not -(2**63) <= key < 2**63 for key in ids):
            raise NotFound()
        statement = self.policy.remembered(
            ("records", info.key, binned, self.company_id),
            lambda: select(info.cls).where(listed(info.cls.id), *row_criteria(self, info, info.cls, binned=binned)),
        )  # fmt: skip
        given = self.session.scalars(statement, {"ids": list(ids)}, execution_options=TRUSTED)
        found = {one.id: one for one in given}
        if len(found) < len(set(ids)):
            raise NotFound()
        return [found[key] for key in ids]

    def scalars(self, statement: Any) -> list[Any]:
        """The first column of any ORM select, bound by the policy."""
        return self._bound(lambda: list(self.session.scalars(statement)))

    def rows(self, statement: Any) -> list[Any]:
        """The rows of any ORM select, bound by the policy."""
        return self._bound(lambda: list(self.session.execute(statement)))

    def count(self, model: Any, *where: Where, cap: int | None = 10_000, search: str | None = None,
              binned: bool = False) -> counting.Count:  # fmt: skip
        """How many rows, counted up to `cap`."""
        self.flush()
        return counting.count_rows(self, self.info(model), where, cap=cap, search=search, binned=binned)

    def counts(self, model: Any, asked: Sequence[tuple[Sequence[Where], int]], *, sums: Sequence[str] = (),
               search: str | None = None) -> list[counting.Count]:  # fmt: skip
        """How many rows each of some (conditions, cap) finds, in one statement; `sums` and `search` of the last."""
        self.flush()
        return counting.count_several(self, self.info(model), asked, sums=sums, search=search)

    def group(self, model: Any, by: Sequence[str], measures: Sequence[tuple[str, str]] = (), *where: Where,
              search: str | None = None) -> grouping.Groups:  # fmt: skip
        """Counts and measures by fields or date buckets."""
        self.flush()
        return grouping.group_rows(self, self.info(model), by, measures, where, search=search)

    def page(self, model: Any, columns: Sequence[str], *where: Where, search: str | None = None,
             order: str | None = None, after: str | None = None, before: str | None = None, limit: int = 80,
             binned: bool = False, also: Where | None = None) -> listing.Page:  # fmt: skip
        """One page of a list as tuples. `also` are rows that a `search` finds by more than their own texts."""
        self.flush()
        return listing.page_of(
            self, self.info(model), columns, where, search=search, order=order, after=after, before=before,
            limit=limit, binned=binned, also=also,
        )  # fmt: skip

    def read(self, model: Any, key: int, columns: Sequence[str], *, binned: bool = False) -> tuple[Any, ...]:
        """One row in the layout of `page`. Raises NotFound."""
        self.flush()
        info, names = self.info(model), tuple(columns)
        asked = self.policy.remembered(
            ("row", info.key, names, binned, self.language),
            lambda: reading.question(self, info, names, {}, binned=binned),
        )
        return reading.answer(self, asked, key)[0]

    def look_at(
        self, model: Any, key: int, columns: Sequence[str], actions: Sequence[str]
    ) -> tuple[tuple[Any, ...], reach.Possibilities]:
        """The same together with what the caller may do with the record now, in the same statement."""
        self.flush()
        info, names = self.info(model), tuple(columns)
        asked = self.policy.remembered(
            ("look", info.key, names, tuple(actions), self.language),
            lambda: reading.question(self, info, names, reach.questions(self, info, actions), binned=False),
        )
        row, held = reading.answer(self, asked, key)
        return row, reach.Possibilities(
            frozenset(one for one in held if isinstance(one, str)),
            [one for one in info.methods.values() if one in held],
            frozenset(one.name for one in held if isinstance(one, reach.Kept)),
        )

    def labels(self, model: Any, ids: Iterable[int]) -> dict[int, str]:
        """Names of records, those the caller may see."""
        info = self.info(model)
        return {key: name for (_model, key), name in reading.labels_of(self, {info.key: ids}).items()}

    def labels_of(
        self, wanted: Mapping[str, Iterable[int]], *, binned: bool | None = False
    ) -> dict[tuple[str, int], str]:
        """The same for records of several models, (model, id) -> name, in one statement; `binned` None adds the bin."""
        return reading.labels_of(self, wanted, binned=binned)

    def within_reach(self, model: Any, action: str = "read") -> Select[tuple[int]]:
        """Ids of the records on which the caller may do `action`, for conditions on what belongs to them:
        `Contact.customer.in_(env.within_reach(Customer))`.
        """
        info = self.info(model)
        return ids_of_rows(info, row_criteria(self, info, info.cls, action))

    def complete(self, model: Any, query: str, limit: int = 10, *where: Where) -> list[tuple[int, str]]:
        """Proposals for a reference, id and name: by the model's search, else by a part of the name."""
        info = self.info(model)
        is_shown = info.display in self.policy.readable(info)
        conditions = list(where)
        if query and not info.searchable:
            named = called_like(self, info, query)
            if named is None:
                return []
            conditions.append(named)
        search = query if query and info.searchable else None
        page = self.page(info, [info.display] if is_shown else [], *conditions, search=search, limit=limit)
        return [
            (row[0], str(row[-1]) if is_shown and row[-1] not in (None, "") else f"#{row[0]}")
            for row in page.rows
        ]

    def mask(self, model: Any, name: str) -> Where | None:
        """The rows on which a field's value is kept from the caller; None where it is on none. For services that
        compare values with the kernel's eyes: what they say must not tell them.
        """
        return mask_of(self, self.info(model), name)

    def seen(self, attribute: Any) -> ColumnElement[Any]:
        """A field for a statement as the caller may know it, `env.seen(Lead.expected_revenue)`: nothing where it is
        hidden from them, and on single records whose value is kept back. Sums, orders and groups of it tell nothing.
        Of a relation it is the record's id.
        """
        info = self.info(attribute.class_)
        field = info.fields[attribute.key]
        if field.name not in self.policy.readable(info):
            return cast(null(), getattr(info.cls, field.attribute).type)
        return seen_value(self, info, field)

    def first_of(self, unit: str, column: Any) -> ColumnElement[date]:
        """The first day of a date's or moment's day, week, month, quarter or year in the company's zone."""
        return bucket(column, unit, str(self.timezone), has_time=isinstance(column.type, DateTime))

    def condition(self, model: Any, name: str, op: str, value: Any) -> Where:
        """A filter from outside as an expression; raises BadRequest for what does not exist or fit."""
        return condition(self, self.info(model), name, op, value)

    def linked(self, record: Any, name: str) -> list[int]:
        """Ids behind a many2many field."""
        info = self.info(record)
        self.flush()
        return linked_ids(self, info.link_tables[name], [record.id])[record.id]

    def linked_many(self, model: Any, name: str, ids: Iterable[int]) -> dict[int, list[int]]:
        """The same for many records of a model, record id -> ids, in one statement."""
        info = self.info(model)
        self.flush()
        return linked_ids(self, info.link_tables[name], list(ids))

    def user_names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Names of users for histories: everybody may know who changed what they may see."""
        info = self.composition.info("base.user")
        wanted = sorted({key for key in ids if key})
        statement = select(info.cls.id, info.cls.name).where(info.cls.id.in_(wanted))
        return (
            {row.id: row.name for row in self.session.execute(statement, execution_options=TRUSTED)}
            if wanted
            else {}
        )

    def value_of(self, record: Any, name: str) -> Any:
        """The value of an expression field on one record."""
        row = self.read(type(record), record.id, [name])
        return row[-1]

    # -- writing -------------------------------------------------------------------------------------------------

    def create(self, model: type[M] | str, /, **values: Any) -> M:
        """Create one record and give it."""
        info = self.info(model)
        self.flush()
        found: list[M] = creating.create_rows(self, info, [values], is_loading=True)[1]
        return found[0]

    def create_many(self, model: Any, rows: Sequence[Mapping[str, Any]], *, strict: bool = False,
                    waived: frozenset[str] = frozenset()) -> list[int]:  # fmt: skip
        """Create many records; their ids in the same order. All of them or none."""
        self.flush()
        if not rows:
            return []
        return creating.create_rows(self, self.info(model), rows, strict=strict, waived=waived)[0]

    def write(self, records: Any, *, version: int | None = None, strict: bool = False, **values: Any) -> None:
        """Set values on a record or some records; `version` is the one that the caller has seen."""
        found = records if isinstance(records, (list, tuple)) else [records]
        if found:
            with self._writing_itself():
                writing.write_records(
                    self, self.info(found[0]), found, values, version=version, strict=strict
                )

    def write_many(self, model: Any, ids: Sequence[int], **values: Any) -> None:
        """Set the same values on many records by id."""
        if ids:
            self.flush()
            if not alike.write_alike(self, self.info(model), ids, values, self._operation):
                self.write(self.get_many(model, ids), **values)

    def write_rows(self, model: Any, rows: Mapping[int, Mapping[str, Any]]) -> None:
        """Set different values on many records by id, `{5: {"quantity": 3}, 6: {"quantity": 1}}`: one statement where
        all rows set the same fields. Records that are loaded already are as well written by assignment and `flush`.
        """
        if rows:
            with self._writing_itself():
                locking.hold_rows(self, self.info(model), rows)
                self.flush()

    def lock(self, model: Any, ids: Sequence[int] | None = None) -> list[Any]:
        """Records as they are now, kept from others until the transaction ends: `env.lock(Level, ids)`, or records in
        hand. For balances and counters: what is read before the lock may be old. Raises NotFound.
        """
        found = model if isinstance(model, (list, tuple)) else None
        wanted = [one.id for one in found] if found is not None else list(ids or ())
        if not wanted:
            return []
        self.flush()
        return locking.locked(self, self.info(found[0] if found else model), wanted)

    def draw_number(self, sequence: str) -> str:
        """The next number of a numbering rule, for a step that gives one. There are no gaps: the rule stays locked
        until the transaction ends, and a transaction that is taken back leaves the number to the next one.
        """
        return draw_numbers(self, sequence, 1)[0]

    def draw_numbers(self, sequence: str, count: int, *, into: tuple[Any, str] | None = None) -> list[str]:
        """The same for several records at once, in their order. `into` is a model with the name of its field that is to
        hold them: numbers that its records have already, from an import, are passed over.
        """
        drawn = draw_numbers(self, sequence, count) if count else []
        if into is None:
            return drawn
        info = self.info(into[0])
        return untaken(self, info, info.fields[into[1]], sequence, drawn) if drawn else []

    def settle_numbers(self, records: Sequence[Any], state: State) -> None:
        """The final numbers of records that are about to get this state, for code that copies the number before it sets
        the state: movements, papers of other addons. Steps into the state have drawn them already.
        """
        final_numbers.settle_now(self, records, state)

    def delete(self, records: Any) -> None:
        """Put records into the bin."""
        found = records if isinstance(records, (list, tuple)) else [records]
        if found:
            self.flush()
            deleting.delete_records(self, self.info(found[0]), [record.id for record in found])

    def restore(self, model: Any, ids: Sequence[int]) -> None:
        """Take records out of the bin."""
        self.flush()
        deleting.restore_records(self, self.info(model), ids)

    def undo(self, request_id: str) -> int:
        """Take back what one earlier request of the same user wrote; all or nothing. Gives the number of records."""
        self.flush()
        return undoing.undo_request(self, request_id).number

    def run(self, method: Method[..., Any], records: Sequence[Any], **arguments: Any) -> list[Any]:
        """Run a transition or an action on records."""
        return running.run_method(self, method, records, arguments)

    def allowed_methods(self, record: Any) -> list[Method[..., Any]]:
        """The buttons of a record for this caller."""
        return reach.allowed_methods(self, self.info(record), record)

    def notify(self, users: Iterable[Any], text: LazyString, record: Any = None) -> None:
        """Tell users something in their page, each in the own language."""
        info = self.composition.info(record) if record is not None else None
        rows = [
            {"user": user, "text": text.as_json(), "model": info.key if info else None,
             "record_id": record.id if record is not None else None}
            for user in {getattr(user, "id", user) for user in users}
        ]  # fmt: skip
        self.sudo(_("notice")).create_many("base.notice", rows)

    def _bound(self, read: Callable[[], list[Any]]) -> list[Any]:
        self.flush()
        before = self.session.info.get(ENV_KEY)
        self.session.info[ENV_KEY] = self
        try:
            return read()
        finally:
            self.session.info[ENV_KEY] = before
