"""What is shared by hand, in teams and by rules, as the columns of its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.core.auth.conftest import World
from tests.core.rights.plain import Given, Record, SharingRule


def share_columns(world: World, one: Given, record: Record, zone: str) -> dict[str, Any]:
    """A share ends with a day of the company."""
    today = datetime.now(ZoneInfo(zone)).date()
    return {
        "company_id": world.ids[f"company{record.company}"], "model": record.model,
        "record_id": world.ids[f"record{one.record}"], "user_id": world.ids[f"user{one.user}"], "may": one.may,
        "until": None if one.days is None else today + timedelta(days=one.days),
    }  # fmt: skip


def member_columns(world: World, one: Given, record: Record) -> dict[str, Any]:
    return {
        "company_id": world.ids[f"company{record.company}"], "deal_id": world.ids[f"record{one.record}"],
        "user_id": world.ids[f"user{one.user}"], "may": one.may,
    }  # fmt: skip


def rule_columns(world: World, one: SharingRule) -> dict[str, Any]:
    """A condition stands as it does in the address of a list."""

    def id_of(kind: str, key: int | None) -> int | None:
        return None if key is None else world.ids[f"{kind}{key}"]

    return {
        "company_id": world.ids[f"company{one.company}"], "name": f"rule {one.key}", "model": one.model, "may": one.may,
        "active": one.active, "owners_below": one.owners_below, "receivers_below": one.receivers_below,
        "owner_department_id": id_of("department", one.owner_department),
        "owner_role_id": None if one.owner_role is None else world.role(one.owner_role),
        "to_department_id": id_of("department", one.to_department),
        "to_role_id": None if one.to_role is None else world.role(one.to_role),
        "to_user_id": id_of("user", one.to_user),
        "condition": None if one.condition is None else "f={}:eq:{}".format(*one.condition),
    }  # fmt: skip
