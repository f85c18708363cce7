"""A record that its state keeps from being changed: the page says so in words, since when, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.errors import StateForbids
from core.i18n import LazyString, _
from core.orm.column_types import State
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.history import in_state_since
from core.orm.methods import Method
from core.orm.parts import Shut, shut_by
from core.views.resolve import form_for
from core.web.pages.records import part, record_crumbs
from core.web.pages.records_name import title_of
from core.web.pages.records_once import new_key
from core.web.pages.records_steps import buttons_of
from core.web.pages.why_links import why_url
from core.web.rendering import render
from core.web.request import Request


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of the state. `whole` is the link to the record that has it, where that is not the one shown."""

    text: LazyString
    note: LazyString | None
    whole: tuple[str, str] | None


def shut_in(env: Env, info: ModelInfo, record: Any) -> Shut | None:
    """The state that keeps the caller from changing more than the fields that are always open; None where none does."""
    return shut_by(env, info, record.id, info.state_of(record)) if record is not None else None


def standing_of(env: Env, shut: Shut | None, *, editing: bool = False) -> Standing | None:
    """The words; None where nothing is in the way of a change. `editing` is for the form of what is left open."""
    if shut is None:
        return None
    since = in_state_since(env, shut.info, shut.key)
    return Standing(
        _left(env, shut, since) if editing else _said(env, shut, since), shut.state.note, _whole(env, shut)
    )


def _said(env: Env, shut: Shut, since: datetime | None) -> LazyString:
    state = shut.state
    if since is None:
        if state.final:
            return _("This record is closed. It can be read, but no longer be changed.")
        return _("In the state “{state}” it is changed by its steps only.", state=state.label)
    if state.final:
        text = _("{state} since {day}. It can be read, but no longer be changed.")
    else:
        text = _("{state} since {day}. It is changed by its steps only.")
    return text.format(state=state.label, day=_day(env, since))


def _left(env: Env, shut: Shut, since: datetime | None) -> LazyString:
    label = shut.state.label
    if since is None:
        return _("In the state “{state}” only the fields with an input can be changed.", state=label)
    text = _("{state} since {day}: only the fields with an input can be changed.")
    return text.format(state=label, day=_day(env, since))


def _day(env: Env, moment: datetime) -> date:
    return moment.astimezone(env.timezone).date()


def _whole(env: Env, shut: Shut) -> tuple[str, str] | None:
    if not shut.is_whole:
        return None
    name = env.labels(shut.info, [shut.key]).get(shut.key)
    return (f"/r/{shut.info.key}/{shut.key}", f"{shut.info.label} {name or ''}".strip())


def offered(
    shut: Shut | None, methods: Iterable[Method[..., Any]], state: State | None
) -> list[Method[..., Any]]:
    """Those of the caller's methods that the state leaves: of what is part of a closed record, such as only read it."""
    is_closed = shut is not None and shut.state.final and shut.is_whole
    return [one for one in methods if one.allowed_from(state) and (one.even_final or not is_closed)]


def refused_page(request: Request, info: ModelInfo, record: Any, refusal: StateForbids, *names: str) -> Any:
    """The answer to who wanted to change a record, or to take a step of it, that its state does not allow: why, since
    when, and the steps from here that are theirs. Those are steps of the record that has the state.
    """
    env, name = request.env, title_of(request.env, record)
    shut = shut_by(env, info, record.id, info.state_of(record), names)
    values = {
        "title": name, "breadcrumbs": record_crumbs(info, record.id, name),
        "message": refusal.message, "shut": standing_of(env, shut), "buttons": steps_from(env, info, record, shut),
        "here": f"/r/{info.key}/{record.id}", "why_url": why_url(request, refusal), "new_key": new_key,
        "form_part": part(request, "form.pt"), "shut_part": part(request, "shut.pt"),
    }  # fmt: skip
    return render(request, "shut.pt", values, status=409)


def left_to_change(request: Request, info: ModelInfo, record: Any) -> dict[str, Any]:
    """For the form: that the state leaves some fields only, and the steps beside them."""
    env = request.env
    shut = shut_in(env, info, record)
    steps = steps_from(env, info, record, shut) if shut is not None else []
    return {
        "shut": standing_of(env, shut, editing=True), "steps": steps, "shut_part": part(request, "shut.pt"),
    }  # fmt: skip


def steps_from(env: Env, info: ModelInfo, record: Any, shut: Shut | None) -> list[Any]:
    """Buttons of what the caller can do now with the record that has the state."""
    if shut is not None and shut.is_whole:
        info, record = shut.info, env.get(shut.info.cls, shut.key)
    found, further = buttons_of(info, form_for(env, info.key), record.id, env.allowed_methods(record))
    return [*found, *further]
