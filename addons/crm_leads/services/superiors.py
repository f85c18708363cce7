"""Who is to be told about somebody's records: the direct superiors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_base.services.superiors import superiors_of
from core.api import Env, LazyString, key_of


def tell(env: Env, records: Sequence[Any], text: LazyString) -> None:
    """Tell the direct superiors of the records' owners."""
    above = superiors_of(env, [owner for one in records if (owner := key_of(one, "owner")) is not None])
    for record in records:
        told = above.get(key_of(record, "owner") or 0, set()) - {env.user_id}
        if told:
            env.notify(told, text, record)
