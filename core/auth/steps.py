"""What lies between two steps of a sign-in: begun by one page, taken up by the next, once and within minutes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.auth.tokens import hash_token, new_token
from core.errors import UserError
from core.i18n import _
from core.orm.compose import composition
from core.orm.trust import TRUSTED

LIFETIME: Final = timedelta(minutes=10)


class StepOver(UserError):
    """The page was left open for too long, or was used already."""

    default = _("This sign-in took too long. Please begin again.")


@dataclass(frozen=True, slots=True)
class Step:
    """A sign-in under way; `user_id` is None where it is not known yet who it is."""

    user_id: int | None
    data: Mapping[str, Any]


def begin_step(session: Session, kind: str, user_id: int | None = None, **data: Any) -> str:
    """Remember where this sign-in stands; the token is for the browser alone. Steps that are over are swept away."""
    table, token = _table(), new_token()
    session.execute(delete(table).where(table.c.expires < func.now()), execution_options=TRUSTED)
    values = {
        "kind": kind, "token_hash": hash_token(token), "user_id": user_id, "data": json.dumps(data),
        "expires": func.now() + LIFETIME,
    }  # fmt: skip
    session.execute(insert(table).values(values), execution_options=TRUSTED)
    return token


def look_at_step(session: Session, kind: str, token: str | None) -> Step:
    """Where the sign-in stands, which goes on. Raises `StepOver`."""
    table = _table()
    wanted = select(table.c.user_id, table.c.data).where(*_is(table, kind, token))
    return _step(session.execute(wanted, execution_options=TRUSTED).one_or_none())


def take_step(session: Session, kind: str, token: str | None) -> Step:
    """The same for the page that ends the step: nobody takes it twice. Raises `StepOver`."""
    table = _table()
    taken = delete(table).where(*_is(table, kind, token)).returning(table.c.user_id, table.c.data)
    return _step(session.execute(taken, execution_options=TRUSTED).one_or_none())


def remember(session: Session, kind: str, token: str | None, **data: Any) -> None:
    """Put more into a step that goes on. Raises `StepOver`."""
    step = look_at_step(session, kind, token)
    table = _table()
    more = update(table).where(*_is(table, kind, token)).values(data=json.dumps({**step.data, **data}))
    session.execute(more, execution_options=TRUSTED)


def forget_steps(session: Session, user_id: int) -> None:
    """Sign-ins of this user that are under way lead nowhere."""
    table = _table()
    session.execute(delete(table).where(table.c.user_id == user_id), execution_options=TRUSTED)


def _is(table: Table, kind: str, token: str | None) -> tuple[Any, ...]:
    return table.c.kind == kind, table.c.token_hash == hash_token(token or ""), table.c.expires > func.now()


def _step(row: Any) -> Step:
    if row is None:
        raise StepOver()
    return Step(row.user_id, json.loads(row.data))


def _table() -> Table:
    return composition().info("base.sign_in_step").table
