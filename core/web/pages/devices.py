"""Where the own account is signed in: which device, from where, since when; and ending what is not wanted there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_

from core.auth.identity_query import IDLE
from core.auth.models import Session as SignIn
from core.auth.sessions import end_all_sessions, end_session
from core.errors import NotFound
from core.i18n import _
from core.orm.env import Env
from core.web.pages.preferences import preference_crumbs
from core.web.redirects import redirect
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

MOST_DEVICES: Final = 50


@dataclass(frozen=True, slots=True)
class Device:
    """One place where the user is signed in. `address` is that of its last use."""

    id: int
    agent: str | None
    address: str | None
    since: datetime
    last_seen: datetime
    is_current: bool
    actor: str | None = None
    reason: str | None = None
    """Who works there in the name of the user, and why."""
    acts_for: str | None = None
    """In whose name the user works there."""


@endpoint("end_sessions", "/preferences/sessions", "GET")
def show(request: Request) -> Any:
    title = _("Where you are signed in")
    values = {
        "title": title,
        "devices": _devices(request.env, request.signed_in.session_id),
        "breadcrumbs": preference_crumbs(request, title),
    }
    return render(request, "devices.pt", values)


@endpoint("end_session", r"/preferences/sessions/{id:\d{1,18}}", "POST")
def end_one(request: Request) -> Any:
    """That device is signed out at once."""
    if not end_session(request.env.session, request.env.user_id, int(request.matchdict["id"])):
        raise NotFound()
    request.toast(_("The session has been ended."))
    return redirect(request, "/preferences/sessions")


@endpoint("end_sessions", "/preferences/sessions", "POST")
def end_others(request: Request) -> Any:
    """Every device but this one is signed out at once."""
    end_all_sessions(request.env.session, request.env.user_id, but=request.signed_in.session_id)
    request.toast(_("All other sessions have been ended."))
    return redirect(request, "/preferences/sessions")


def _devices(env: Env, current: int | None) -> list[Device]:
    """This device first, then by last use; those that nobody used for so long that they have ended are left out."""
    open_ones = (
        SignIn.ended_at.is_(None), SignIn.expires > env.now, SignIn.last_seen > env.now - IDLE,
        or_(SignIn.user == env.user_id, SignIn.real_user == env.user_id),
    )  # fmt: skip
    found: list[Any] = env.search(SignIn, *open_ones, order="-last_seen", limit=MOST_DEVICES)
    others = {key for one in found for key in (one.user_id, one.real_user_id)} - {env.user_id}
    names = env.user_names(others)
    devices = [_device(env, one, names, current) for one in found]
    return sorted(devices, key=lambda device: not device.is_current)


def _device(env: Env, one: Any, names: Mapping[int, str], current: int | None) -> Device:
    actor, other = names.get(one.real_user_id), names.get(one.user_id)
    agent, address = (one.agent, one.address) if actor is None else (None, None)
    return Device(one.id, agent, address, one.created_at, one.last_seen, one.id == current, actor, one.acting_reason,
                  other)  # fmt: skip
