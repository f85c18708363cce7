"""Who brought a lead in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.crm_leads.roles import CONSULTANT
from core.api import Env, _, key_of


def fill_consultants(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """The promotion consultant is the one named, else that of the channel, else a consultant who enters the lead."""
    from addons.crm_leads.models.channel import Channel

    named = [getattr(row.get("channel"), "id", row.get("channel")) for row in rows]
    ids = {key for key in named if key is not None}
    responsible: dict[Any, int | None] = {}
    if ids:
        channels = env.sudo(_("consultants of channels")).search(Channel, Channel.id.in_(ids), limit=len(ids))
        responsible = {one.id: key_of(one, "consultant") for one in channels}
    own = env.user_id if CONSULTANT.code in env.roles and not env.is_system else None
    for row, channel in zip(rows, named, strict=True):
        if row.get("promotion_consultant") is None:
            row["promotion_consultant"] = responsible.get(channel) or own
