"""Ten codes on paper, for whoever has lost phone and passkeys: shown once, each good for one sign-in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.orm.compose import composition
from core.orm.trust import TRUSTED

NUMBER: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for one another in print."""
_HALF: Final = 5


def new_codes(session: Session, secret: bytes, user_id: int) -> list[str]:
    """Fresh codes; those given before are void. Nobody can read them again."""
    codes = ["-".join(_piece() for _half in range(2)) for _n in range(NUMBER)]
    forget_codes(session, user_id)
    rows = [
        {"user_id": user_id, "code_hash": _digest(secret, user_id, code), "created_by_id": user_id,
         "changed_by_id": user_id}
        for code in codes
    ]  # fmt: skip
    session.execute(insert(_table()), rows, execution_options=TRUSTED)
    return codes


def use_code(session: Session, secret: bytes, user_id: int, code: str) -> bool:
    """Whether it is one of the user's unused codes; then it is used up."""
    plain = "".join(code.split()).casefold()
    if "-" not in plain:
        plain = f"{plain[:_HALF]}-{plain[_HALF:]}"
    table = _table()
    used = (
        update(table)
        .where(table.c.user_id == user_id, table.c.code_hash == _digest(secret, user_id, plain))
        .where(table.c.used_at.is_(None))
        .values(used_at=func.now())
        .returning(table.c.id)
    )
    return session.execute(used, execution_options=TRUSTED).first() is not None


def codes_left(session: Session, user_id: int) -> int:
    """How many are unused."""
    table = _table()
    left = select(func.count()).where(table.c.user_id == user_id, table.c.used_at.is_(None))
    return int(session.scalar(left, execution_options=TRUSTED) or 0)


def forget_codes(session: Session, user_id: int) -> None:
    """None of the user's codes works any more."""
    table = _table()
    session.execute(delete(table).where(table.c.user_id == user_id), execution_options=TRUSTED)


def _piece() -> str:
    return "".join(secrets.choice(_LETTERS) for _n in range(_HALF))


def _digest(secret: bytes, user_id: int, code: str) -> str:
    """Keyed: with the database alone nobody can try all codes."""
    text = f"recovery code:{user_id}:{code}".encode("utf-8", "replace")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _table() -> Table:
    return composition().info("base.recovery_code").table
