"""Who is told, and who stands above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_base.roles import GENERAL_MANAGER, SALES_DIRECTOR
from core.api import Env, LazyString, Where, key_of, literal, or_


def directs(env: Any) -> Where:
    """Directors and the general manager decide on what they reach."""
    may: Where = literal(bool({GENERAL_MANAGER.code, SALES_DIRECTOR.code} & env.roles))
    return may


def superior_of(env: Any, owner: Any) -> Where:
    """The direct superior of the owner; directors and the general manager in what they reach."""
    return or_(directs(env), owner.in_(env.direct_reports))


def tell_owners(env: Env, records: Sequence[Any], one: LazyString, many: LazyString) -> None:
    """Tell owners what somebody else did with their records: one notice for each person.

    `one` has the place {number}, `many` the place {n}.
    """
    tell(env, [(key_of(record, "owner"), record) for record in records], one, many)


def tell(env: Env, pairs: Sequence[tuple[int | None, Any]], one: LazyString, many: LazyString) -> None:
    """The same for (user, record); nobody is told of what they did themselves."""
    of_user: dict[int, list[Any]] = {}
    for user, record in pairs:
        if user not in (None, env.user_id):
            of_user.setdefault(user or 0, []).append(record)
    for user, records in of_user.items():
        if len(records) == 1:
            env.notify([user], one.format(number=str(records[0])), records[0])
        else:
            env.notify([user], many.format(n=len(records)))
