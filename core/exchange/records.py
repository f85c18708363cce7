"""The records that a batch of rows asks for: keys, values, what they point to, and which of them exist already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import not_, select

from core.errors import UserError
from core.exchange.cells import target_key, text_of, value_of
from core.exchange.checking import is_company_check
from core.exchange.mapping import FieldRule, MappingFile, RecordRule
from core.exchange.reading import Row, folded
from core.exchange.references import (
    KEY_LENGTH,
    ByField,
    ExternalKeys,
    Options,
    nothing_called,
    numbers_in,
)
from core.exchange.report import Problem
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.fields import TO_MANY
from core.orm.masking import MASK, mask_of
from core.orm.values import convert_all

BLANK: Final = object()
"""An empty cell that shall empty the field."""


@dataclass(slots=True)
class Candidate:
    """One record that one row asks for."""

    row: Row
    cells: Mapping[str, str]
    key: str | None
    texts: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    """Field name -> external key of what it points to."""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    record_id: int | None = None
    is_known: bool = False
    """Whether its own key was found."""


class RecordStep:
    """Makes candidates of one rule's records out of batches of rows."""

    def __init__(
        self,
        env: Env,
        mapping: MappingFile,
        rule: RecordRule,
        keys: ExternalKeys,
        fields: ByField,
        options: Options,
    ) -> None:
        self.env, self.rule, self.source = env, rule, mapping.source
        self.info = env.info(rule.model)
        self.keys, self._by_field, self._options = keys, fields, options
        self._rules = {one.name: one for one in rule.fields}
        self._files = frozenset(one.name for one in rule.fields if self.info.fields[one.name].kind == "file")
        self._company: tuple[str, ...] | None = None
        self._seen: dict[str, tuple[int, int]] = {}
        self._key_column = next(iter(rule.key.columns), "") if rule.key is not None else ""
        self.waived = frozenset(one.name for one in rule.fields if not one.required)

    def candidates(self, rows: Sequence[tuple[Row, Mapping[str, str]]]) -> list[Candidate]:
        """The candidates of a batch, those with problems too. Repeated rows of the same record count once."""
        found = [self._candidate(row, cells) for row, cells in rows if self.rule.applies(cells)]
        found = [one for one in found if not self._is_repeated(one)]
        self._load(found)
        for one in found:
            for rule in self.rule.fields:
                self._set(one, rule)
            self._convert(one)
        self._find(found)
        return found

    # -- from cells to texts ----------------------------------------------------------------------------------------

    def _candidate(self, row: Row, cells: Mapping[str, str]) -> Candidate:
        key = self.rule.key.filled(cells) if self.rule.key is not None else None
        one = Candidate(row, cells, key)
        if self.rule.key is not None and not key:
            one.problems.append(
                Problem(self._key_column, "", _("The key is empty, so the row could not be found again."))
            )
        if key and len(key) > KEY_LENGTH:
            reason = _("The key is longer than {limit} characters.", limit=KEY_LENGTH)
            one.problems.append(Problem(self._key_column, key, reason))
        for rule in self.rule.fields:
            try:
                one.texts[rule.name] = text_of(rule, cells)
            except ValueError as error:
                one.problems.append(self._problem(one, rule, error))
            if rule.lookup is not None and rule.lookup.key is not None:
                one.targets[rule.name] = target_key(
                    rule, rule.lookup.key, cells, one.texts.get(rule.name, "")
                )
        return one

    def _is_repeated(self, one: Candidate) -> bool:
        """The same key again: with the same texts it is the same record, with others one of the rows is wrong."""
        if not one.key or one.problems:
            return False
        content = hash((tuple(one.texts.values()), tuple(one.targets.values())))
        before = self._seen.setdefault(one.key, (one.row.number, content))
        if before[0] == one.row.number:
            return False
        if before[1] == content:
            return True
        reason = _("Row {row} has the same key with other values.", row=before[0])
        one.problems.append(Problem(self._key_column, one.key, reason))
        return False

    # -- what they point to -----------------------------------------------------------------------------------------

    def _load(self, found: Sequence[Candidate]) -> None:
        if self.rule.key is not None:
            self.keys.load(self.source, self.info.key, {one.key for one in found if one.key})
        for rule in self.rule.fields:
            lookup = rule.lookup
            if lookup is None:
                continue
            if lookup.key is not None:
                source, wanted = (
                    lookup.source or self.source,
                    {one.targets.get(rule.name, "") for one in found},
                )
                self.keys.load(source, lookup.model, wanted)
                known = (self.keys.get(source, lookup.model, key) for key in wanted)
                self._by_field.load_numbers(self.env.info(lookup.model), {key for key in known if key})
            elif lookup.by is not None:
                texts = {part for one in found for part in self._parts(rule, one.texts.get(rule.name, ""))}
                self._by_field.load(self.env.info(lookup.model), lookup.by, texts)

    def _parts(self, rule: FieldRule, text: str) -> list[str]:
        is_many = self.info.fields[rule.name].kind in TO_MANY
        if is_many and rule.split is not None:
            return [part.strip() for part in text.split(rule.split) if part.strip()]
        return [text] if text else []

    def _set(self, one: Candidate, rule: FieldRule) -> None:
        if rule.name not in one.texts:
            return
        try:
            if is_company_check(self.info, rule):
                self._check_company(one.texts[rule.name])
                return
            value = self._value(one, rule)
        except (ValueError, UserError) as error:
            one.problems.append(self._problem(one, rule, error))
            return
        if value is BLANK:
            one.values[rule.name] = [] if self.info.fields[rule.name].kind in TO_MANY else None
        elif value is not None:
            one.values[rule.name] = value

    def _value(self, one: Candidate, rule: FieldRule) -> Any:
        """The value of a field; None where the row says nothing about it, as one that was kept from who exported it."""
        found, text, lookup = self.info.fields[rule.name], one.texts[rule.name], rule.lookup
        if rule.this_company:
            return self.env.company_id
        if lookup is not None and lookup.key is not None:
            text = one.targets[rule.name]
        if text == MASK:
            return None
        if not text:
            return BLANK if rule.empty == "blank" else None
        if lookup is not None:
            ids = [self._target(lookup.source or self.source, rule, part) for part in self._parts(rule, text)]
            return ids if found.kind in TO_MANY else ids[0]
        if found.kind == "option":
            return self._options.get(str(found.option_list), text, create=rule.create)
        return value_of(self.env, self.info, found, rule, text)

    def _target(self, source: str, rule: FieldRule, text: str) -> int:
        lookup = rule.lookup
        assert lookup is not None
        target = self.env.info(lookup.model)
        if lookup.by is not None:
            return self._by_field.get(target, lookup.by, text)
        found = self.keys.get(source, lookup.model, text)
        if found is None or not self._by_field.knows(target, found):
            raise ValueError(nothing_called(target, text))
        return found

    def _check_company(self, text: str) -> None:
        """A row may name the company that is imported into, by code, name or number, and no other."""
        if self._company is None:
            cls = self.env.info("base.company").cls
            rows = self.env.rows(select(cls.code, cls.name).where(cls.id == self.env.company_id))
            self._company = (str(self.env.company_id), *(folded(name) for row in rows for name in row))
        if text and folded(text) not in self._company:
            raise ValueError(_("The row belongs to another company."))

    def _convert(self, one: Candidate, *, files: bool = False) -> None:
        """Values as they would be stored, so that every wrong one of a row is named at once and before writing.

        The name of a file stays as it is: whether it is the one that is there shows when the record is known.
        """
        problems: dict[str, list[LazyString]] = {}
        wanted = {name: value for name, value in one.values.items() if (name in self._files) == files}
        one.values |= convert_all(self.info, wanted, self.env.language, problems)
        for name, reasons in problems.items():
            rule, _wrong = self._rules[name], one.values.pop(name)
            one.problems += [Problem(rule.shown_column, self._shown(one, rule), reason) for reason in reasons]

    # -- which of them exist ----------------------------------------------------------------------------------------

    def _find(self, found: Sequence[Candidate]) -> None:
        for one in found:
            one.record_id = self.keys.get(self.source, self.info.key, one.key) if one.key else None
            one.is_known = one.record_id is not None
        if self.rule.number is not None:
            self._find_numbered([one for one in found if one.record_id is None and not one.problems])
        if self.rule.match:
            self._match([one for one in found if one.record_id is None and not one.problems])
        for one in found if self._files else ():
            if one.record_id is None:
                self._convert(one, files=True)

    def _find_numbered(self, found: Sequence[Candidate]) -> None:
        """Records by the number that stands in the row, among those that the caller may see."""
        assert self.rule.number is not None
        numbers = {id(one): self.rule.number.filled(one.cells) for one in found}
        cls, wanted = self.info.cls, numbers_in(set(numbers.values()))
        known = set(self.env.scalars(select(cls.id).where(cls.id.in_(wanted)))) if wanted else set()
        column = next(iter(self.rule.number.columns), "")
        for one in found:
            text = numbers[id(one)]
            if text:
                one.record_id = next(iter(known.intersection(numbers_in([text]))), None)
                if one.record_id is None:
                    one.problems.append(Problem(column, text, nothing_called(self.info, text)))

    def _match(self, found: Sequence[Candidate]) -> None:
        """Records without a key of ours that agree in the fields of `match` are adopted; several are a problem.

        A value that is kept from the caller agrees with nothing: rows would guess it.
        """
        names = self.rule.match
        wanted = {tuple(one.values.get(name) for name in names): one for one in found}
        if not wanted:
            return
        columns = [getattr(self.info.cls, self.info.fields[name].attribute) for name in names]
        first = {values[0] for values in wanted if values[0] is not None}
        kept = [mask for name in names if (mask := mask_of(self.env, self.info, name)) is not None]
        statement = select(self.info.cls.id, *columns).where(
            columns[0].in_(first), *(not_(one) for one in kept)
        )
        ids: dict[tuple[Any, ...], list[int]] = {}
        for row in self.env.rows(statement):
            ids.setdefault(tuple(getattr(cell, "code", cell) for cell in row[1:]), []).append(row[0])
        for one in found:
            matching = ids.get(tuple(one.values.get(name) for name in names), [])
            if len(matching) > 1:
                rule = self._rules[names[0]]
                reason = _("There are {count} records like this; which is meant?", count=len(matching))
                one.problems.append(Problem(rule.shown_column, self._shown(one, rule), reason))
            elif matching:
                one.record_id = matching[0]

    # -- messages ---------------------------------------------------------------------------------------------------

    def problems_of(self, one: Candidate, error: Exception) -> list[Problem]:
        """What a refusal by the data layer means for a row."""
        named: Mapping[str, Sequence[LazyString]] = getattr(error, "problems", {})
        found = []
        for name, reasons in named.items():
            rule = self._rules.get(name)
            column, value = (rule.shown_column, self._shown(one, rule)) if rule is not None else ("", "")
            found += [Problem(column, value, reason) for reason in reasons]
        if not found:
            message = getattr(error, "message", None)
            reason = message if isinstance(message, LazyString) else _("The database refused the row.")
            found.append(Problem("", "", reason))
        return found

    def _problem(self, one: Candidate, rule: FieldRule, error: Exception) -> Problem:
        reason = getattr(error, "message", None) or (error.args[0] if error.args else None)
        if not isinstance(reason, LazyString):
            reason = _("The value does not fit.")
        return Problem(rule.shown_column, self._shown(one, rule), reason)

    def _shown(self, one: Candidate, rule: FieldRule) -> str:
        """The value as it stands in the file."""
        return one.row.cells.get(folded(rule.shown_column), one.texts.get(rule.name, ""))
