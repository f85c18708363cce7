"""From the secret of a key to whoever works with it: for programs, what `open_request` is for browsers.

A key is as good as its user is at this moment: unknown, expired and revoked keys, blocked users, users without a role
in the company of the key or without the right to have keys there, users who first have to change the password or to
set up a second factor all get the same answer, which is none. What the key takes from their rights: `key_scope`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row, Table, func, select, update
from sqlalchemy.orm import Session

from core.auth.access import AccessPolicy
from core.auth.demo_passwords import is_loopback
from core.auth.identity import Identity, opened_by_token
from core.auth.identity_query import SLIDE
from core.auth.key_scope import KeyInUse, codes_of
from core.auth.request_function import key_function
from core.auth.second_factor import is_required_of
from core.auth.throttle import count_attempt, key_counter
from core.auth.tokens import hash_token, new_token
from core.orm.compose import composition
from core.orm.engine import STATEMENT_TIMEOUT_MS, across_companies
from core.orm.trust import TRUSTED

PREFIX: Final = "ky_"
START: Final = 11
"""Of the secret, shown to recognise it by: eight characters after the prefix, of forty-three."""
USE: Final = "use_api"
"""The right, on the type of keys, to have keys at all."""
SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
LIKE_A_SECRET: Final = re.compile(rf"(?<![A-Za-z0-9]){PREFIX}[A-Za-z0-9_-]{{20,}}")
"""Much of a key, and no word of people's: what must not stand in addresses."""
PART_OF_A_SECRET: Final = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{12,}}")
"""More of a key than is ever shown: what must not stand in logs."""


def new_secret() -> str:
    """256 random bits, told by its beginning for what it is: to people, and to whatever looks for lost secrets."""
    return PREFIX + new_token()


def open_with_key(
    session: Session, secret: str, *, address: str | None, timeout_ms: int = STATEMENT_TIMEOUT_MS
) -> Identity | None:
    """The identity behind a key, in the company of the key alone, and the transaction's wall set for it.

    `address` is where the program is. The first use in a minute is written down in a transaction of its own.
    """
    if not SECRET.fullmatch(secret):
        return None
    opened = opened_by_token(
        session, key_function(composition()), hash_token(secret), address=address, timeout_ms=timeout_ms
    )
    if opened is None:
        return None
    row, found = opened
    if not _may_use_it(session, row, found, address):
        return None
    if row.key_is_stale:
        _write_use(session, row.key_id, address)
    return replace(found, companies=((found.company_id, found.company_name),), key=_key_of(row))


def refuse_further_wrong_keys(session: Session, address: str | None) -> None:
    """Count a key that opened nothing. Raises `TooManyAttempts` while a pause is running for the address.

    A right key is never asked to wait: nobody guesses 256 bits, and others at the same address are not to suffer.
    """
    count_attempt(session, [key_counter(address)])


def keys_table() -> Table:
    """The rows past all rights, for the kernel's own statements."""
    return composition().info("base.api_key").table


def may_have_keys(policy: AccessPolicy) -> bool:
    """Whether the caller has the right to have keys in the company."""
    return policy.allowed(policy.index.models["base.api_key"], USE)


def _may_use_it(session: Session, row: Row[Any], found: Identity, address: str | None) -> bool:
    if found.is_demo and row.user_has_no_password and not is_loopback(address):
        return False
    if found.must_change_password or not may_have_keys(AccessPolicy(found)):
        return False
    return not (row.user_may_lack_factor and is_required_of(session, found.user_id))


def _key_of(row: Row[Any]) -> KeyInUse:
    return KeyInUse(
        row.key_id, row.key_name, row.key_start, row.key_scope, codes_of(row.key_models), row.key_expires
    )


def _write_use(session: Session, key_id: int, address: str | None) -> None:
    """Committed at once: requests that come together with one key do not wait for one another, and a request that is
    refused has used it as well.
    """
    table = keys_table()
    is_old = table.c.last_used.is_(None) | (table.c.last_used < func.now() - SLIDE)
    place = func.coalesce(address, table.c.last_address)
    used = (
        update(table)
        .where(table.c.id == key_id, is_old | table.c.last_address.is_distinct_from(place))
        .values(last_used=func.now(), last_address=place)
    )
    with across_companies(session, table.fullname):
        session.execute(used, execution_options=TRUSTED)
    session.commit()


def key_of_secret(session: Session, secret: str) -> Any:
    """The row of a key that is not revoked, by its whole secret, whether it opens anything or not; None for none."""
    table = keys_table()
    wanted = select(table.c.id, table.c.user_id, table.c.company_id, table.c.name, table.c.start).where(
        table.c.token_hash == hash_token(secret), table.c.revoked_at.is_(None)
    )
    with across_companies(session, table.fullname):
        return session.execute(wanted, execution_options=TRUSTED).one_or_none()
