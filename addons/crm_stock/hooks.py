"""What keeps the records of this addon right when somebody changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from addons.crm_stock.models import Level, ProductionRequest, StockIn, StockOut
from addons.crm_stock.services.guards import check_locations, refuse_posted
from core.api import (
    Env,
    StateForbids,
    ValidationFailed,
    _,
    after_create,
    after_write,
    before_delete,
    before_write,
    implements,
)  # fmt: skip

_OF_SERVICES: Final = frozenset({"on_hand", "reserved", "on_order", "value", "average_cost", "moved_at"})
_FIXED: Final = frozenset({"product", "warehouse"})


@implements(before_write, model=Level)
def balances_follow_documents(env: Env, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
    """A level stays that of its product and warehouse; its balances are changed under its lock and nowhere else."""
    for record, new in zip(records, values, strict=True):
        if new.keys() & _FIXED:
            raise ValidationFailed.at(
                "product", _("A stock level stays that of its product and its warehouse.")
            )
        if new.keys() & _OF_SERVICES and not env.is_granted(record):
            raise StateForbids(_("Stock is changed by documents and reservations only."))


@implements(after_create, model=Level)
def place_of_a_new_level(env: Env, records: Sequence[Any]) -> None:
    """A location of the level's own warehouse; nothing lies there before the first document."""
    if any(one.on_hand or one.reserved or one.on_order or one.value for one in records):
        raise StateForbids(_("Stock is changed by documents and reservations only."))
    check_locations(env, records)


@implements(after_write, model=Level)
def place_of_a_level(
    env: Env, records: Sequence[Any], changes: Sequence[Mapping[str, tuple[Any, Any]]]
) -> None:
    """A location of the level's own warehouse."""
    check_locations(env, [one for one, new in zip(records, changes, strict=True) if "location" in new])


@implements(before_delete, model=StockIn)
@implements(before_delete, model=StockOut)
@implements(before_delete, model=ProductionRequest)
def only_drafts_go(env: Env, records: Sequence[Any]) -> None:
    """What was posted stays."""
    refuse_posted(records)
