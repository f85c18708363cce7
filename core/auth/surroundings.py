"""Who stands below a caller, and in which departments: kept by this process until something of it changes.

To walk down from a director to five thousand people takes the server longer than the page they look at. What it
follows from are posts, departments and roles, whose every change raises the number of their company in the same
transaction (company_rights.py). So the statement that opens a request makes a key of user, company, number and reach;
where it is the one that this process has kept with the browser's session, it walks nowhere and says so.

    given_around    the key that is kept here, or NULL
    around          the key as it is now; `is_known` where both are the same, and the arrays are NULL then
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    CTE,
    ColumnElement,
    Engine,
    Row,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import Session

from core.auth.company_rights import version_of

SESSIONS: Final = 128
"""Sessions of browsers whose surroundings a process keeps."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Ids of users and departments, as `core.auth.identity.Identity` has them."""

    direct_reports: tuple[int, ...] = ()
    reports: tuple[int, ...] = ()
    own_departments: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    own_members: tuple[int, ...] = ()


class Kept(NamedTuple):
    """Surroundings, and the key at which they hold."""

    key: str
    found: Surroundings


class SurroundingsStore:
    """What this process has last read of one database, by the digest of a session's token."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = Lock()

    def of(self, token_hash: str) -> Kept | None:
        """What was kept with a session."""
        with self._lock:
            found = self._kept.get(token_hash)
            if found is not None:
                self._kept.move_to_end(token_hash)
        return found

    def keep(self, token_hash: str, kept: Kept) -> None:
        """Keep what was read; the session that was asked longest ago is given up."""
        with self._lock:
            self._kept[token_hash] = kept
            self._kept.move_to_end(token_hash)
            while len(self._kept) > SESSIONS:
                self._kept.popitem(last=False)


_stores: WeakKeyDictionary[Engine, SurroundingsStore] = WeakKeyDictionary()


def store_of(session: Session) -> SurroundingsStore:
    """The store of the database that the session works with."""
    return _stores.setdefault(session.get_bind().engine, SurroundingsStore())


def with_key(chosen: CTE, reaches_departments: ColumnElement[bool]) -> CTE:
    """`chosen` with the number of its rights and the key of its surroundings. It is a row of its own so that both are
    made once; and the row of `chosen`, which sets the wall, is there before it.
    """
    number = version_of(chosen.c.company_id).correlate(chosen).scalar_subquery()
    first = select(chosen, number.label("rights_version"), reaches_departments.label("reaches_departments"))
    caller = first.cte("caller").prefix_with("MATERIALIZED", dialect="postgresql")
    key = func.concat_ws(
        literal(":", Text), caller.c.user_id, caller.c.company_id, caller.c.reaches_departments,
        func.array_to_string(caller.c.rights_version, literal(",", Text)), type_=Text,
    )  # fmt: skip
    is_known = func.coalesce(key == bindparam("given_around", type_=Text), False)
    keyed = select(caller, key.label("around"), is_known.label("is_known"))
    return keyed.cte("keyed").prefix_with("MATERIALIZED", dialect="postgresql")


def unless_known(keyed: CTE, array: Any) -> Any:
    """The array, if it is not known."""
    return case((keyed.c.is_known, cast(null(), array.type)), else_=array)


def surroundings_of(row: Row[Any], kept: Kept | None) -> Surroundings:
    """What a row of the statement says, or what was kept if that is how it is."""
    if row.is_known and kept is not None:
        return kept.found
    return Surroundings(
        direct_reports=_ids(row.direct_reports),
        reports=_ids(row.reports),
        own_departments=_ids(row.own_departments),
        departments=_ids(row.departments),
        members=_ids(abs(key) for key in row.members or ()),
        own_members=_ids(-key for key in row.members or () if key < 0),
    )


def _ids(found: Iterable[int] | None) -> tuple[int, ...]:
    return tuple(sorted(set(found or ())))
