"""Erasing values from the audit, as the owner: the application asks for it by rows of `core.erasure`.

Value and salt go, the digest stays, so that the chain of seals still verifies and nobody can guess the value from it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine, func, select, text, update

from core.orm.audit_tables import erasure

_WAITING: Final = (
    select(erasure.c.id, erasure.c.company_id, erasure.c.model, erasure.c.record_ids, erasure.c.fields)
    .where(erasure.c.done_at.is_(None))
    .order_by(erasure.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ERASE: Final = text("""
    update core.audit a set changes = (
        select coalesce(jsonb_object_agg(key, case when key = any(:names) then '{}'::jsonb else value end), '{}'::jsonb)
        from jsonb_each(a.changes))
    where company_id = :company and model = :model and record_id = any(:ids)
        and exists (select from jsonb_each(a.changes) where key = any(:names) and value <> '{}'::jsonb)
""")


def erase_waiting(engine: Engine) -> int:
    """Carry out what was asked for, a transaction for each request; gives the number of rows of the audit.

    May be killed at any time and run by several processes.
    """
    rows = 0
    while True:
        with engine.begin() as connection:
            asked = connection.execute(_WAITING).one_or_none()
            if asked is None:
                return rows
            found = connection.execute(
                _ERASE,
                {
                    "company": asked.company_id,
                    "model": asked.model,
                    "ids": asked.record_ids,
                    "names": asked.fields,
                },
            )
            rows += found.rowcount
            connection.execute(update(erasure).where(erasure.c.id == asked.id).values(done_at=func.now()))
