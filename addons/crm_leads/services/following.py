"""Activities of leads and opportunities: what was done, what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from addons.crm_base.models import Activity
from addons.crm_base.states import CARRIED_OUT
from core.api import Env, Option, StateForbids, ValidationFailed, _, func, key_of, select


def log(
    env: Env, record: Any, kind: Option, subject: str, result: str, at: datetime | None, minutes: int | None
) -> None:
    """An activity of the lead or opportunity that took place, done at once."""
    moment = at or env.now
    if moment > env.now:
        raise ValidationFailed.at("at", _("This time lies in the future: plan the activity instead."))
    values = {"kind": kind, "subject": subject, "result": result, "at": moment, "minutes": minutes}
    env.create(Activity, **_place(record), **values, state=CARRIED_OUT)


def plan(env: Env, record: Any, kind: Option, subject: str, at: datetime, description: str | None) -> None:
    """An activity of the lead or opportunity that the caller is going to carry out."""
    env.create(Activity, **_place(record), kind=kind, subject=subject, at=at, description=description)


def _place(record: Any) -> dict[str, Any]:
    return {record.__model_info__.name: record}


def complete_rows(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """New activities and tasks belong to the customer of their lead or opportunity, which must still be open."""
    from addons.crm_leads.models import Lead, Opportunity

    for name, model in (("lead", Lead), ("opportunity", Opportunity)):
        ids = {key for row in rows if (key := _id(row.get(name))) is not None}
        if not ids:
            continue
        found: dict[int, Any] = {one.id: one for one in env.search(model, model.id.in_(ids), limit=len(ids))}
        for row in rows:
            one = found.get(_id(row.get(name)) or 0)
            if one is None:
                continue
            if one.state.final and not env.is_system and env.channel != "import":
                raise StateForbids(_("“{title}” is closed: nothing can be added to it.", title=one.title))
            if row.get("customer") is None:
                row["customer"] = key_of(one, "customer")


def _id(value: Any) -> int | None:
    found: int | None = getattr(value, "id", value)
    return found


def note_last_contact(env: Env, ids: Iterable[int | None]) -> None:
    """Opportunities know the time of the last contact."""
    from addons.crm_leads.models import Opportunity

    wanted = sorted({key for key in ids if key is not None})
    if not wanted:
        return
    system = env.sudo(_("last contact of opportunities"))
    activity: Any = system.info(Activity).cls
    latest = dict(
        system.rows(
            select(activity.opportunity_id, func.max(activity.at))
            .where(activity.opportunity_id.in_(wanted), activity.state == CARRIED_OUT)
            .group_by(activity.opportunity_id)
        )
    )
    found: list[Any] = system.search(Opportunity, Opportunity.id.in_(wanted), limit=len(wanted))
    with system.granting(found, "contact"):
        for one in found:
            one.last_contact_at = latest.get(one.id)
