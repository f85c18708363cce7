"""Slows down guessing of passwords, per account and per address, in rows that all processes share.

An attempt is counted *before* the password is looked at, in a transaction of its own: so of many attempts at once
no more are let through than of as many in a row, and a refusal that rolls its request back does not forget them.
Success takes the account's count back. Unknown login names are counted like known ones, or the difference would
tell who exists.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, Text, case, cast, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.errors import UserError
from core.i18n import _n
from core.orm.compose import composition
from core.orm.trust import TRUSTED

FORGOTTEN_AFTER: Final = timedelta(hours=6)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FIRST_PAUSE: Final = timedelta(seconds=30)
_FACTOR: Final = "second factor\0"
_KEYS: Final = "api key\0"


class TooManyAttempts(UserError):
    """Somebody failed too often; `seconds` is how long nothing is tried for this account or from this address."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = max(1, -(-seconds // 60))
        super().__init__(
            _n("Too many failed attempts. Please try again in {n} minute.",
               "Too many failed attempts. Please try again in {n} minutes.", minutes)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counter:
    """What is counted: failures of one account, or from one address. `free` of them cost nothing."""

    kind: str
    key: str
    free: int


def account_counter(login: str) -> Counter:
    """Failures for a login name, whether such an account exists or not."""
    return Counter("account", _digest(login.strip().casefold()), free=5)


def address_counter(address: str | None) -> Counter:
    """Failures from an address; neighbours in an IPv6 network of 64 bits count together."""
    return Counter("address", _digest(_network(address)), free=30)


def key_counter(address: str | None) -> Counter:
    """Wrong keys from an address, apart from the sign-ins of people there: a forgotten script locks nobody out."""
    return Counter("address", _digest(f"{_KEYS}{_network(address)}"), free=30)


def factor_counter(user_id: int) -> Counter:
    """Wrong codes of somebody who has given the right password, which does not take them back."""
    return Counter("account", _digest(f"{_FACTOR}{user_id}"), free=5)


def count_attempt(session: Session, counters: list[Counter]) -> None:
    """Count an attempt in each counter before it is made; raises `TooManyAttempts` where a pause is running."""
    with _apart(session) as apart:
        waits = [_count(apart, counter) for counter in counters]
    if longest := max(waits):
        raise TooManyAttempts(longest)


def forgive(session: Session, account: Counter, address: Counter) -> None:
    """After a success: the account starts anew, the address loses this one attempt only.

    Otherwise somebody with an account of the own could go on guessing at others for ever.
    """
    table = composition().info("base.login_attempt").table
    one_less = func.greatest(table.c.failures - 1, 0)
    pause = case((table.c.failures <= address.free, None), else_=table.c.blocked_until)
    values = {"failures": one_less, "blocked_until": pause}
    with _apart(session) as apart:
        apart.execute(delete(table).where(*_row(table, account)), execution_options=TRUSTED)
        apart.execute(update(table).where(*_row(table, address)).values(values), execution_options=TRUSTED)


@contextmanager
def _apart(session: Session) -> Iterator[Session]:
    """A transaction of its own, for which the request gives its connection back first.

    Who holds one connection and waits for another waits for ever once all are held like that: at nine o'clock, when
    everybody signs in through a pooler with few connections.
    """
    if not (session.new or session.dirty or session.deleted):
        session.commit()
    with Session(session.get_bind()) as apart, apart.begin():
        yield apart


def lift(session: Session, *counters: Counter) -> None:
    """An administrator vouches for these failures: they count no more, in this transaction."""
    table = composition().info("base.login_attempt").table
    for counter in counters:
        session.execute(delete(table).where(*_row(table, counter)), execution_options=TRUSTED)


def lift_apart(session: Session, *counters: Counter) -> None:
    """The same after a success, in a transaction of its own like the counting."""
    with _apart(session) as apart:
        lift(apart, *counters)


def is_paused(login: Any, user_id: Any) -> ColumnElement[bool]:
    """Whether a pause is running for the account of these columns; `login` holds folded login names."""
    table = composition().info("base.login_attempt").table.alias()
    marks = [func.convert_to(login, "UTF8"), func.decode(_FACTOR.encode().hex(), "hex").op("||")(
        func.convert_to(cast(user_id, Text), "UTF8"))]  # fmt: skip
    digests = [func.encode(func.sha256(mark), "hex") for mark in marks]
    return exists(
        select(table.c.id).where(
            table.c.kind == "account", table.c.key.in_(digests), table.c.blocked_until > func.now(),
            table.c.deleted_at.is_(None),
        )
    )  # fmt: skip


def _count(apart: Session, counter: Counter) -> int:
    """Seconds still to wait, 0 if this attempt may be made; the counter's row is locked until the end."""
    table = composition().info("base.login_attempt").table
    found = _locked(apart, table, counter)
    if found.blocked_until is not None and found.blocked_until > found.now:
        left: timedelta = found.blocked_until - found.now
        return math.ceil(left.total_seconds())
    is_old = found.last_at is not None and found.last_at < found.now - FORGOTTEN_AFTER
    failures = 1 if is_old else found.failures + 1
    pause = pause_after(failures - counter.free)
    values = {
        "failures": failures,
        "last_at": found.now,
        "blocked_until": found.now + pause if pause else None,
    }
    apart.execute(update(table).where(*_row(table, counter)).values(values), execution_options=TRUSTED)
    return 0


def pause_after(beyond: int) -> timedelta:
    """The pause after that many failures beyond the free ones: 30 seconds, twice as long each time, 15 minutes."""
    if beyond < 0:
        return timedelta()
    return min(FIRST_PAUSE * (1 << min(beyond, 10)), LONGEST_PAUSE)


def _locked(apart: Session, table: Table, counter: Counter) -> Any:
    """The counter's row, made where there is none, and nobody else's until the transaction ends."""
    made = insert(table).values(kind=counter.kind, key=counter.key, failures=0)
    kept = made.on_conflict_do_update(
        index_elements=[table.c.kind, table.c.key],
        index_where=table.c.deleted_at.is_(None),
        set_={"failures": table.c.failures},
    ).returning(table.c.failures, table.c.last_at, table.c.blocked_until, func.clock_timestamp().label("now"))
    return apart.execute(kept, execution_options=TRUSTED).one()


def _row(table: Any, counter: Counter) -> tuple[Any, ...]:
    return table.c.kind == counter.kind, table.c.key == counter.key, table.c.deleted_at.is_(None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _network(address: str | None) -> str:
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
