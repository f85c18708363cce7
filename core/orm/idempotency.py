"""Writes that carry a key are done once: a double click, a repeated POST, a second tab get the first answer again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import UserError
from core.i18n import _
from core.orm.kernel_tables import idempotency
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.env import Env


DAYS_KEPT: Final = 30
"""So long a repetition is known for one."""


class KeyReused(UserError):
    """The key belongs to another request."""

    default = _("This form was sent before with other values. Please open it again.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the first request: where it led, and to a program what it said."""

    status: int
    location: str
    body: str | None = None


def claim(env: Env, key: str, request_hash: str) -> Answer | None:
    """None when the work is ours to do, else the first answer to this very request.

    Whoever comes second while the first is still at work waits for it. A refused first request leaves nothing, so
    that its key can be used again. Raises `KeyReused` for other content under a known key.
    """
    values = {"user_id": env.real_user_id, "key": key, "request_hash": request_hash}
    made = insert(idempotency).values(values).on_conflict_do_nothing().returning(idempotency.c.key)
    if env.session.execute(made, execution_options=TRUSTED).first() is not None:
        return None
    return answered(env, key, request_hash) or Answer(303, "/")


def answered(env: Env, key: str, request_hash: str) -> Answer | None:
    """The first answer to this very request; None when there was none. Raises `KeyReused`."""
    mine = (idempotency.c.user_id == env.real_user_id, idempotency.c.key == key)
    columns = idempotency.c
    known = select(columns.request_hash, columns.status, columns.location, columns.body).where(*mine)
    row = env.session.execute(known, execution_options=TRUSTED).one_or_none()
    if row is not None and row.request_hash != request_hash:
        raise KeyReused()
    return None if row is None or row.status is None else Answer(row.status, row.location, row.body)


def settle(env: Env, key: str, answer: Answer) -> None:
    """Remember the answer, in the transaction of the result itself."""
    mine = (idempotency.c.user_id == env.real_user_id, idempotency.c.key == key)
    values = {"status": answer.status, "location": answer.location, "body": answer.body}
    statement = update(idempotency).where(*mine).values(values)
    env.session.execute(statement, execution_options=TRUSTED)


def forget_before(env: Env, moment: datetime) -> int:
    """Remove answers that were given before; how many they were."""
    gone = delete(idempotency).where(idempotency.c.at < moment).returning(idempotency.c.key)
    return len(env.session.execute(gone, execution_options=TRUSTED).all())
