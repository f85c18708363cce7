"""Writes that carry a key are done once: a double click, a repeated POST, a second tab get the first answer again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from core.errors import UserError
from core.i18n import _
from core.orm.kernel_tables import idempotency
from core.orm.trust import TRUSTED

if TYPE_CHECKING:
    from core.orm.env import Env


class KeyReused(UserError):
    """The key belongs to another request."""

    default = _("This form was sent before with other values. Please open it again.")


def claim(env: Env, key: str, request_hash: str) -> str | None:
    """None when the work is ours to do, else where the first answer to this very request led.

    Whoever comes second while the first is still at work waits for it. A refused first request leaves nothing, so
    that its key can be used again. Raises `KeyReused` for other content under a known key.
    """
    values = {"user_id": env.real_user_id, "key": key, "request_hash": request_hash}
    made = insert(idempotency).values(values).on_conflict_do_nothing().returning(idempotency.c.key)
    if env.session.execute(made, execution_options=TRUSTED).first() is not None:
        return None
    return answered(env, key, request_hash) or "/"


def answered(env: Env, key: str, request_hash: str) -> str | None:
    """Where the first answer to this very request led; None when there was none. Raises `KeyReused`."""
    mine = (idempotency.c.user_id == env.real_user_id, idempotency.c.key == key)
    known = select(idempotency.c.request_hash, idempotency.c.location).where(*mine)
    row = env.session.execute(known, execution_options=TRUSTED).one_or_none()
    if row is not None and row.request_hash != request_hash:
        raise KeyReused()
    return None if row is None else row.location


def settle(env: Env, key: str, status: int, location: str) -> None:
    """Remember the answer, in the transaction of the result itself."""
    mine = (idempotency.c.user_id == env.real_user_id, idempotency.c.key == key)
    statement = update(idempotency).where(*mine).values(status=status, location=location)
    env.session.execute(statement, execution_options=TRUSTED)
