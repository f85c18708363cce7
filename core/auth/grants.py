"""How addons declare who may do what: roles, grants and record rules. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from core.errors import CompositionError
from core.i18n import LazyString, _, written_about
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.env import Env

Rule = Callable[["Env"], Where]

WRITE_SHARED: Final = "write_shared"
"""The right to change rows that all companies share (company 0), on top of the right for the action itself."""


class Rows(StrEnum):
    """How far a grant reaches. The first four follow the record's owner, or its department where it has no owner."""

    OWN = "own"
    TEAM = "team"
    OWN_DEPARTMENT = "own_department"
    DEPARTMENT = "department"
    COMPANY = "company"
    BY_RULE = "rule"


OWN: Final = Rows.OWN
"""What the caller owns."""
TEAM: Final = Rows.TEAM
"""What the caller and everybody below owns, through all levels of superiors."""
OWN_DEPARTMENT: Final = Rows.OWN_DEPARTMENT
"""What the people of the caller's own departments own, without those below."""
DEPARTMENT: Final = Rows.DEPARTMENT
"""What the people of the caller's departments, and of all departments below these, own."""
COMPANY: Final = Rows.COMPANY
"""Everything of the company."""
BY_RULE: Final = Rows.BY_RULE
"""Nothing by itself: the function right alone, while record rules say which rows."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that users hold company by company: `Role("crm_leads.user", _("Sales user"))`."""

    __keyuan_mark__: ClassVar[str] = "role"

    code: str
    title: LazyString

    def __hash__(self) -> int:
        return hash(self.code)


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """A role may do some actions with rows of a model, as far as `rows` reaches."""

    __keyuan_mark__: ClassVar[str] = "grant"

    role: Role
    model: type[Any]
    actions: frozenset[str]
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False)
class RecordRule:
    """One more way to rows of a model: `function(env)` is the condition, for lists and single records alike."""

    __keyuan_mark__: ClassVar[str] = "record_rule"

    function: Rule
    model: type[Any]
    role: Role
    actions: frozenset[str]

    def __call__(self, env: Env) -> Where:
        return self.function(env)

    @property
    def label(self) -> LazyString:
        """What the author wrote about it, for explanations: the first line of the docstring, else the name."""
        return written_about(self.function)


def grant(role: Role, model: type[Any], actions: str, *, rows: Rows = Rows.COMPANY) -> Grant:
    """Let `role` do `actions` ("read create update delete export import", and rights of transitions) with `model`."""
    return Grant(role, model, _words(actions), Rows(rows))


def record_rule(model: type[Any], *, role: Role, actions: str = "read") -> Callable[[Rule], RecordRule]:
    """Declare a way to rows of `model` for holders of `role` who have the function right by some grant.

    The function returns one SQL condition from the caller's Env. An error in it opens nothing and is logged.
    """

    def declare(function: Rule) -> RecordRule:
        return RecordRule(function, model, role, _words(actions))

    return declare


def _words(actions: str) -> frozenset[str]:
    words = frozenset(actions.split())
    if not words:
        raise CompositionError(_("A grant or rule needs at least one action, such as 'read'."))
    return words
