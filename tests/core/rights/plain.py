"""Deployments as plain data: who works where and as what, what companies have set, which records there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.core.rights.oracle import Oracle

USUAL = ("read", "create", "update", "delete", "export", "import", "print", "assign", "write_shared")
ACTIONS = ("read", "update", "delete", "assign", "export", "share")
LOOKING = frozenset({"read", "export", "print"})
WRITE_SHARED = "write_shared"
FOR_ALL = 0
"""The company of rows that all companies share."""


@dataclass(frozen=True)
class Post:
    """One post of somebody in a company; a user may have several, some posts have no user."""

    company: int
    user: int | None = None
    department: int | None = None
    superior: int | None = None
    has_left: bool = False
    in_bin: bool = False


@dataclass(frozen=True)
class Department:
    company: int
    parent: int | None = None
    manager: int | None = None
    in_bin: bool = False


@dataclass(frozen=True)
class Record:
    model: str
    company: int
    owner: int | None = None
    department: int | None = None
    text: str = ""
    grade: str = ""
    in_bin: bool = False
    key: int = 0
    """Its number; one that is only thought of has none."""


@dataclass(frozen=True)
class Given:
    """A record shared by hand, or a place in its team. `days` are those left after today, None without an end."""

    record: int
    user: int
    may: str
    days: int | None = None
    is_over: bool = False


@dataclass(frozen=True)
class SharingRule:
    """Whose records (of nobody named: everybody's) are shared with whom. `condition` is a field and its value."""

    key: int
    company: int
    model: str
    may: str
    owner_department: int | None = None
    owner_role: str | None = None
    owners_below: bool = True
    to_department: int | None = None
    to_role: str | None = None
    to_user: int | None = None
    receivers_below: bool = True
    condition: tuple[str, str] | None = None
    active: bool = True
    in_bin: bool = False


@dataclass
class Configured:
    """What companies have set instead of what is shipped. A company of 0 means all of them; the own word counts more."""

    basis: dict[str, str | None] = field(default_factory=dict)
    """Roles that company 1 has made -> the shipped role that each is a copy of."""
    above: dict[tuple[int, str], str] = field(default_factory=dict)
    """(company, role) -> the role above it, whose holders have its rights too."""
    levels: dict[tuple[int, str, str, str], str] = field(default_factory=dict)
    """(company, role, model, action) -> how far the role reaches; "none" takes the right away."""
    superiors: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    """(company, model) -> what direct superiors and those further up may: full, query or none."""
    limits: dict[tuple[int, str, str, str], frozenset[str]] = field(default_factory=dict)
    """(company, role, model, field) -> the values that the role is limited to."""
    fields: dict[tuple[int, str, str, str], str] = field(default_factory=dict)
    """(company, role, model, field) -> hidden, readonly or editable."""


@dataclass
class Office:
    """A whole deployment: its companies are 1, 2, …"""

    companies: int = 1
    users: int = 1
    posts: dict[int, Post] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=dict)
    roles: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)
    """(user, company) -> roles; who is not in it does not work in the company."""
    switched_on: dict[int, frozenset[str]] = field(default_factory=dict)
    blocked: frozenset[int] = frozenset()
    records: dict[int, Record] = field(default_factory=dict)
    shares: dict[int, Given] = field(default_factory=dict)
    members: dict[int, Given] = field(default_factory=dict)
    """Teams of deals."""
    rules: dict[int, SharingRule] = field(default_factory=dict)
    configured: Configured = field(default_factory=Configured)


@dataclass(frozen=True)
class Granted:
    role: str
    model: str
    actions: frozenset[str]
    level: str


@dataclass(frozen=True)
class Rule:
    """A rule of a role: which records it opens. `reads` are the models that it looks into besides its own."""

    role: str
    model: str
    actions: frozenset[str]
    opens: Callable[[Oracle, int, Record], bool]
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Catalogue:
    """What the addons declare."""

    granted: tuple[Granted, ...]
    rules: tuple[Rule, ...]
    addon_of: dict[str, str]
    owned: frozenset[str]
    """Models whose records have an owner."""
