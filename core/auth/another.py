"""Somebody else seen from the caller's transaction: who they are there, and what they may do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.auth.identity import Identity, identity_of
from core.orm.engine import scope_of, set_scope


def identity_of_another(session: Session, user_id: int, company_id: int) -> Identity | None:
    """Who that user would be in the company, None where they may not work there. Costs two statements.

    Finding it out puts up the wall of that user; the caller's own stands again afterwards.
    """
    before = scope_of(session)
    try:
        return identity_of(session, user_id, company_id)
    finally:
        if before is not None:
            set_scope(session, before)
