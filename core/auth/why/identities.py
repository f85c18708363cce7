"""The identities of several users at once: one statement, whatever their number.

It is the statement of `identity_of`, run for each of the ids beside it, so that nobody is judged by another reading of
posts, departments and roles than the one that lets people in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sqlalchemy import TextualSelect
from sqlalchemy.orm import Session

from core.auth.identity import Identity, identity_from_row, parameters_of_identity
from core.auth.identity_query import user_statement
from core.auth.request_function import ARGUMENTS
from core.orm.compose import Composition, composition
from core.orm.engine import scope_of, set_scope
from core.orm.planned import for_each
from core.orm.trust import TRUSTED

_OF_REQUESTS: Final = ("given_token", "given_address")
_FURTHER: Final = {name: kind for name, kind in ARGUMENTS.items() if name not in _OF_REQUESTS}


def identities_of(session: Session, user_ids: Sequence[int], company_id: int) -> dict[int, Identity]:
    """Those of the users who work in the company, as they would work in it now; the session's wall stays as it is."""
    scope = scope_of(session)
    if not user_ids or scope is None:
        return {}
    composed = composition()
    asked = parameters_of_identity(composed, company_id, scope.timeout_ms)
    given = {"given_users": list(user_ids), **asked}
    rows = session.execute(_statement(composed), given, execution_options=TRUSTED).all()
    set_scope(session, replace(scope))  # the statement lets each of them in, and so moves the wall
    return {row.user_id: identity_from_row(session, composed, row) for row in rows if not row.has_left}


@lru_cache(maxsize=8)
def _statement(composed: Composition) -> TextualSelect:
    return for_each(
        user_statement(composed), "given_user", "given_users", {"given_user": "bigint", **_FURTHER}
    )
