"""What people may not do with levels and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_stock.states import DRAFT
from core.api import Env, StateForbids, ValidationFailed, _, key_of


def check_locations(env: Env, levels: Sequence[Any]) -> None:
    """Refuse a location of another warehouse."""
    from addons.crm_stock.models import Location

    ids = {key for one in levels if (key := key_of(one, "location")) is not None}
    found = env.search(Location, Location.id.in_(ids), limit=len(ids)) if ids else []
    of = {one.id: key_of(one, "warehouse") for one in found}
    for one in levels:
        if (key := key_of(one, "location")) is not None and of.get(key) != key_of(one, "warehouse"):
            raise ValidationFailed.at("location", _("This location belongs to another warehouse."))


def refuse_posted(records: Sequence[Any]) -> None:
    """Refuse to bin what is no draft any more."""
    for one in records:
        if one.state != DRAFT:
            raise StateForbids(
                _("{number} is posted: it is corrected by a reverse document.", number=one.number)
            )
