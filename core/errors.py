"""The error tree: what Keyuan refuses on purpose, and who is told.

`audience` says who can do something about it. A *user* sees the message as it is and knows what to do next;
an
*administrator* is told about the deployment; an *integrator* is told the file and the line. Anything that is
not a `KeyuanError` is a fault of ours: people see an error number, the trace goes to the log.

Errors know nothing of the web: which status code or exit code belongs to them is decided where they are
answered. Messages are lazy, so that each reader gets the own language; everything else an error carries is
plain data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Self

from core.i18n import LazyString, _, _n

Audience = Literal["user", "administrator", "integrator"]

WHOLE_RECORD: Final = ""
"""The key in `ValidationFailed.problems` of what concerns no single field."""


class KeyuanError(Exception):
    """The root of everything Keyuan refuses on purpose. `message` is for the audience, `str()` renders it."""

    audience: ClassVar[Audience] = "administrator"
    default: ClassVar[LazyString] = _("The operation is not possible.")

    def __init__(self, message: LazyString | None = None) -> None:
        self.message: LazyString = message if message is not None else self.default
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(kind: type[KeyuanError], args: tuple[Any, ...], state: dict[str, Any]) -> KeyuanError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UserError(KeyuanError):
    """An explained refusal, shown to the user as it is: say what is wrong and what can be done."""

    audience = "user"
    refused_at: Any = None
    """The record that was refused, where a step runs on several of them."""
    ways_out: Sequence[tuple[Any, Any]] = ()
    """Steps that may lead on, (method, record): a dialog offers those that the reader may do."""


class ValidationFailed(UserError):
    """Values that cannot be saved. `problems` names them by field; the key '' stands for the whole record."""

    default = _("The record cannot be saved.")
    row: int | None = None
    """Of several rows that were to be made, the place of the one that is refused."""

    def __init__(
        self, problems: Mapping[str, Sequence[LazyString]], message: LazyString | None = None
    ) -> None:
        self.rows: dict[int, dict[str, list[LazyString]]] = {}
        """Of several rows, the problems of each that is refused, by place; empty where only the first is known."""
        self.problems: dict[str, list[LazyString]] = {
            name: list(texts) for name, texts in problems.items() if texts
        }
        texts = [text for found in self.problems.values() for text in found]
        if message is None and texts:
            count = len(texts)
            several = _n("{n} value needs correction.", "{n} values need correction.", count)
            message = texts[0] if count == 1 else several
        super().__init__(message)

    @classmethod
    def at(cls, field: str, problem: LazyString) -> Self:
        """One problem at one field, the frequent case."""
        return cls({field: [problem]})


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that two people changed: the value refused, the value saved meanwhile, by whom and when.

    `who` is a name to show, None where the reader may not know it.
    """

    name: str
    label: LazyString
    mine: Any
    theirs: Any
    who: str | None
    when: datetime | None


class Conflict(UserError):
    """Someone else saved first and changed the same `fields`; nothing of this save was written."""

    default = _(
        "Someone else has changed this record in the meantime. Please compare the values and save again."
    )

    def __init__(self, fields: Sequence[FieldConflict] = (), message: LazyString | None = None) -> None:
        self.fields: list[FieldConflict] = list(fields)
        super().__init__(message)


class AccessDenied(UserError):
    """The user lacks a right. For a record that the user may not even see, raise `NotFound` instead."""

    default = _("You do not have the right to do this.")


class NotFound(UserError):
    """There is nothing here for this user: the same words for what is missing and for what is invisible."""

    default = _("There is no such record, or you have no access to it.")


@dataclass(frozen=True, slots=True)
class Reference:
    """Records of one model that point at a record: how many, and some names that the reader may see."""

    model: str
    label: LazyString
    count: int
    examples: tuple[str, ...] = ()


class InUse(UserError):
    """A delete that other records forbid; `references` names them."""

    default = _("This record is still in use and cannot be deleted.")

    def __init__(self, references: Sequence[Reference] = (), message: LazyString | None = None) -> None:
        self.references: list[Reference] = list(references)
        if message is None and self.references:
            users = [
                _("{label} ({count})", label=found.label, count=found.count) for found in self.references
            ]
            message = _(
                "This record is still in use and cannot be deleted. It is used by: {users}", users=users
            )
        super().__init__(message)


class Duplicate(UserError):
    """A value that must be unique exists already; `record` is (model key, id) where the user may see it, `own` the
    record that was refused where it is one.
    """

    default = _("A record with these values exists already.")

    def __init__(
        self,
        message: LazyString | None = None,
        *,
        fields: Sequence[str] = (),
        record: tuple[str, int] | None = None,
        own: tuple[str, int] | None = None,
    ) -> None:
        self.fields: tuple[str, ...] = tuple(fields)
        self.record = record
        self.own = own
        super().__init__(message)


class StateForbids(UserError):
    """The record's workflow state does not allow this, whoever asks."""

    default = _("The state of the record does not allow this.")


class BadRequest(UserError):
    """A name or value from outside that cannot be meant: an unknown filter, order, field or cursor."""

    default = _("The request cannot be understood.")


class ConfigError(KeyuanError):
    """A setting that is missing or wrong; `setting` is its name in the configuration file."""

    default = _("The configuration is not usable.")

    def __init__(self, message: LazyString | None = None, *, setting: str | None = None) -> None:
        self.setting = setting
        super().__init__(message)


class AddonError(KeyuanError):
    """An addon that cannot be used: it is set aside with this error, and the others go on."""

    default = _("The addon cannot be used.")

    def __init__(self, message: LazyString | None = None, *, addon: str | None = None) -> None:
        self.addon = addon
        super().__init__(message)


class ManifestError(AddonError):
    """A manifest that says something impossible; `file` is where."""

    audience = "integrator"
    default = _("The manifest of the addon is wrong.")

    def __init__(
        self, message: LazyString | None = None, *, addon: str | None = None, file: str | None = None
    ) -> None:
        self.file = file
        super().__init__(message, addon=addon)


class CompositionError(AddonError):
    """Definitions that do not fit together. `str()` ends with the place, as an editor can open it."""

    audience = "integrator"
    default = _("The definitions of the addons do not fit together.")

    def __init__(
        self,
        message: LazyString | None = None,
        *,
        addon: str | None = None,
        model: str | None = None,
        field: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        self.model = model
        self.field = field
        self.file = file
        self.line = line
        super().__init__(message, addon=addon)

    @property
    def place(self) -> str:
        """Addon, model and field, then file and line; the parts that are known."""
        definition = ".".join(part for part in (self.model, self.field) if part)
        position = f"{self.file}:{self.line}" if self.line else self.file
        return ", ".join(part for part in (self.addon, definition, position) if part)

    def __str__(self) -> str:
        return f"{self.message} [{self.place}]" if self.place else str(self.message)
