"""Writing a batch: all candidates at once; where that is refused, ever smaller parts until the wrong rows are alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.errors import KeyuanError
from core.exchange.records import Candidate, RecordStep
from core.exchange.report import CREATED, UNCHANGED, UPDATED, WRONG, Outcome, Problem
from core.orm.attempts import attempt
from core.orm.column_types import State
from core.orm.criteria import row_criteria
from core.orm.fields import Field
from core.orm.links import linked_ids
from core.orm.masking import refuse_given
from core.orm.parts import closed, is_shut
from core.orm.policy import require
from core.orm.stored_file import StoredFile
from core.orm.writing import StaleRecord, unreachable


class Saver:
    """Creates and changes the records of one rule, and says what became of each."""

    def __init__(self, step: RecordStep, file: str) -> None:
        self.step, self.env, self.info = step, step.env, step.info
        self._file = file
        self._outcomes: list[Outcome] = []

    def save(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        """Write what can be written; what cannot comes back as wrong, with column, value and reason."""
        self._outcomes = []
        for one in candidates:
            if one.problems:
                self._wrong(one, one.problems)
        ready = [one for one in candidates if not one.problems]
        self._divide([one for one in ready if one.record_id is None], self._create)
        known = [one for one in ready if one.record_id is not None]
        if known:
            self._divide(known, self._change)
        return sorted(self._outcomes, key=lambda outcome: outcome.row)

    def _divide(
        self, batch: Sequence[Candidate], write: Callable[[Sequence[Candidate]], list[Outcome]]
    ) -> None:
        """Try the whole; halve it when it is refused. What was written in a refused part is taken back."""
        if not batch:
            return
        try:
            with attempt(self.env):
                outcomes = write(batch)
        except (KeyuanError, DBAPIError, StaleRecord) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            if len(batch) == 1:
                self._wrong(batch[0], self.step.problems_of(batch[0], error))
                return
            middle = len(batch) // 2
            self._divide(batch[:middle], write)
            self._divide(batch[middle:], write)
            return
        self._outcomes += outcomes
        self.step.keys.note(self.step.source, self.info.key, self._new_keys(batch, outcomes))

    def _outcome(self, one: Candidate, action: str, record_id: int | None = None, fields: tuple[str, ...] = (),
                 problems: Sequence[Problem] = ()) -> Outcome:  # fmt: skip
        return Outcome(
            self._file,
            one.row.number,
            self.info.key,
            action,
            one.key,
            record_id,
            fields,
            tuple(dict.fromkeys(problems)),
        )

    def _wrong(self, one: Candidate, problems: Sequence[Problem]) -> None:
        self._outcomes.append(self._outcome(one, WRONG, problems=problems))

    def _new_keys(self, batch: Sequence[Candidate], outcomes: Sequence[Outcome]) -> list[tuple[str, int]]:
        fresh = {one.key for one in batch if one.key and not one.is_known}
        return [
            (out.key, out.record_id)
            for out in outcomes
            if out.key in fresh and out.record_id is not None and out.key
        ]

    # -- new records ------------------------------------------------------------------------------------------------

    def _create(self, batch: Sequence[Candidate]) -> list[Outcome]:
        """Which fields may be set was asked when the mapping was checked: an import may also set states and dates that
        people reach by steps only."""
        rows = [self._complete(one.values) for one in batch]
        ids = self.env.create_many(self.info, rows, waived=self.step.waived)
        outcomes = [self._outcome(one, CREATED, key) for one, key in zip(batch, ids, strict=True)]
        self._remember(batch, outcomes)
        return outcomes

    def _complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Work of the deployment itself belongs to nobody unless the mapping names an owner."""
        if self.info.is_owned and "owner" not in values and not self.env.user_id:
            return {**values, "owner": None}
        return values

    def _remember(self, batch: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        fresh = self._new_keys(batch, outcomes)
        if fresh:
            self.step.keys.write(self.step.source, self.info.key, fresh)

    # -- records that exist -----------------------------------------------------------------------------------------

    def _change(self, batch: Sequence[Candidate]) -> list[Outcome]:
        cls, ids = self.info.cls, [one.record_id for one in batch]
        records = {record.id: record for record in self.env.scalars(select(cls).where(cls.id.in_(ids)))}
        links = {
            name: linked_ids(self.env, self.info.link_tables[name], list(records))
            for name in {name for one in batch for name in one.values if name in self.info.link_tables}
        }
        refuse_given(self.env, self.info, {one.record_id or 0: one.values.keys() for one in batch})
        outcomes, changed = [], []
        for one in batch:
            record = records.get(one.record_id)
            if record is None:
                raise unreachable(self.env, self.info, [one.record_id or 0])
            fields = tuple(n for n, value in one.values.items() if self._differs(record, n, value, links))
            if fields:
                changed.append((one, record, fields))
            outcomes.append(self._outcome(one, UPDATED if fields else UNCHANGED, record.id, fields))
        if changed:
            self._write(changed)
        self._remember(batch, outcomes)
        return outcomes

    def _differs(self, record: Any, name: str, value: Any, links: dict[str, dict[int, list[int]]]) -> bool:
        field = self.info.fields[name]
        if name in links:
            return sorted(links[name][record.id]) != sorted(value or [])
        return not _same(field, _stored(field, getattr(record, field.attribute)), value)

    def _write(self, changed: Sequence[tuple[Candidate, Any, tuple[str, ...]]]) -> None:
        """One flush for all; a state changes by virtue of the right to import, never that of a closed record."""
        require(self.env.policy, self.info, "update")
        self._refuse_closed(changed)
        moved = [record for _one, record, fields in changed if self._state_name in fields]
        if moved:
            self._require_rows([record.id for record in moved])
        with self.env.granting(moved, "import"):
            for one, record, fields in changed:
                for name in fields:
                    self._assign(record, self.info.fields[name], one.values[name])
        self.env.flush()

    def _assign(self, record: Any, field: Field, value: Any) -> None:
        if field.kind == "many2many":
            self.env.queue_links(record, field.name, value or [])
        else:
            setattr(record, field.attribute, self.info.states[value] if field.kind == "state" else value)

    @property
    def _state_name(self) -> str:
        found = self.info.state_field
        return found.name if found is not None else ""

    def _refuse_closed(self, changed: Sequence[tuple[Candidate, Any, tuple[str, ...]]]) -> None:
        if self._state_name:
            for _one, record, fields in changed:
                state = getattr(record, self._state_name)
                if state is not None and is_shut(self.env, self.info, state, fields):
                    raise closed(self.info, state)

    def _require_rows(self, ids: Sequence[int]) -> None:
        cls = self.info.cls
        statement = select(cls.id).where(cls.id.in_(ids), *row_criteria(self.env, self.info, cls, "update"))
        missing = set(ids) - set(self.env.scalars(statement))
        if missing:
            raise unreachable(self.env, self.info, missing)


def _same(field: Field, stored: Any, value: Any) -> bool:
    """A file that gives seconds says nothing about parts of them, and spaces around a text mean nothing."""
    if field.kind == "datetime" and stored is not None and value is not None and not value.microsecond:
        stored = stored.replace(microsecond=0)
    if field.kind == "longtext" and isinstance(stored, str):
        stored = stored.strip()
    return bool(stored == value)


def _stored(field: Field, value: Any) -> Any:
    """As a file of rows has it: of a stored file the name, for its content comes by no import."""
    if isinstance(value, StoredFile):
        return value.name
    return value.code if isinstance(value, State) else value
