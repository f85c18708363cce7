"""Who reaches this record and why, and what somebody may do with it and why not: of any record, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from core.auth.why.decisions import Decision, decisions, rights_on
from core.auth.why.matrix import closed_fields, kept_fields
from core.auth.why.people import people_reaching
from core.auth.why.reaching import Reached
from core.auth.why.sources import LEVELS, levels_of_role
from core.auth.why.subjects import (
    Subject,
    may_ask_about_others,
    oneself,
    roles_known,
    subject_of_role,
    subject_of_user,
)
from core.auth.why.telling import told
from core.errors import BadRequest, NotFound
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.policy import action_label
from core.web.pages.records import id_of, ids_in, model_of, record_crumbs
from core.web.pages.records_name import title_of
from core.web.rendering import render
from core.web.request import Request
from core.web.routes import endpoint

LONGEST: Final = 100
"""Characters of a search, a code or a cursor in the address."""
Words = LazyString | str


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the people: who, by which ways, and where more is said about it."""

    name: Words
    reasons: tuple[Words, ...]
    url: str | None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """How far a role reaches in general, and where its holders are looked at."""

    title: Words
    levels: tuple[Words, ...]
    url: str
    is_chosen: bool


@endpoint("why", r"/r/{model}/{id:\d{1,19}}/why", "GET")
def why(request: Request) -> Any:
    """For who may see the record; about others for administrators."""
    env, info, key = request.env, model_of(request), id_of(request)
    record = env.get(info.cls, key)
    subject = _subject(request)
    state = info.state_of(record)
    name, found = title_of(env, record), decisions(subject, info, key, state)
    here = f"/r/{info.key}/{key}/why"
    values = {
        "title": _("Who can do what here, and why"), "name": name, "info": info, "here": here, "subject": subject,
        "is_self": subject.identity.user_id == env.user_id,
        "breadcrumbs": record_crumbs(info, key, name, _("Who and why")),
        "rights": [one for one in found if not one.is_step], "steps": [one for one in found if one.is_step],
        "fields": _fields(env, subject, info, key, found), "may_choose": may_ask_about_others(env),
        "roles": sorted(roles_known(env).items(), key=lambda item: str(item[1])),
        "chosen_role": request.GET.get("role", ""), "person_url": _person_url(env, subject),
        **_people(request, info, key, here),
    }  # fmt: skip
    return render(request, "why_record.pt", values)


def _subject(request: Request) -> Subject:
    """About whom the address asks: a user, a role, else the caller."""
    user, role = request.GET.get("user", ""), _short(request, "role")
    if user:
        return subject_of_user(request.env, ids_in([user])[0])
    return subject_of_role(request.env, role) if role else oneself(request.env)


def _short(request: Request, name: str) -> str:
    text = str(request.GET.get(name, "")).strip()
    if len(text) > LONGEST:
        raise BadRequest()
    return text


def _person_url(env: Env, subject: Subject) -> str | None:
    """Where everything stands that the subject may do."""
    if subject.identity.user_id:
        return f"/why/user/{subject.identity.user_id}"
    return f"/why/role/{next(iter(subject.identity.held))}"


def _fields(
    env: Env, subject: Subject, info: ModelInfo, key: int, found: Sequence[Decision]
) -> dict[str, list[LazyString]]:
    """Fields that are closed to the subject; hidden ones are named to who sees them."""
    if not found[0].allowed:
        return {"hidden": [], "fixed": [], "kept": []}
    hidden, fixed = closed_fields(subject, info)
    readable = env.policy.readable(info)
    can_update = any(one.key == "update" and one.allowed for one in found)
    kept = kept_fields(subject, info, key)
    return {
        "kept": [field.label for field in kept if field.name in readable],
        "hidden": [field.label for field in hidden if field.name in readable],
        "fixed": [field.label for field in fixed if field.name in readable] if can_update else [],
    }


def _people(request: Request, info: ModelInfo, key: int, here: str) -> dict[str, Any]:
    """The people who reach the record with the chosen action, a page of them, and the roles in general."""
    env, mine = request.env, oneself(request.env)
    actions = rights_on(mine, info)
    action, search, holders = (
        _short(request, "action") or "read",
        _short(request, "q"),
        _short(request, "holders"),
    )
    if action not in actions or (holders and holders not in roles_known(env)):
        raise NotFound()
    found = people_reaching(
        env, info, key, action, search=search, role=holders, after=request.GET.get("after") or None
    )
    kept = {name: value for name, value in (("action", action), ("q", search), ("holders", holders)) if value}
    return {
        "actions": [(one, action_label(one, info)) for one in actions], "action": action, "q": search,
        "holders": holders, "named": _lines(env, info, found.named, here), "looked_at": found.looked_at,
        "people": _lines(env, info, found.others, here), "after": request.GET.get("after"),
        "more": f"{here}?{urlencode({**kept, 'after': found.next})}#people" if found.next else None,
        "in_general": list(_in_general(env, mine, info, action, here, holders)),
    }  # fmt: skip


def _lines(env: Env, info: ModelInfo, found: Iterable[Reached], here: str) -> list[Person]:
    asks = may_ask_about_others(env)

    def reasons(one: Reached) -> Iterable[Words]:
        mine = one.subject.identity.user_id == env.user_id
        return [way.label for way in one.ways] if mine else told(env, info, one.ways)

    return [
        Person(
            one.subject.name,
            tuple(reasons(one)),
            f"{here}?user={one.subject.identity.user_id}" if asks else None,
        )
        for one in found
    ]


def _in_general(
    env: Env, mine: Subject, info: ModelInfo, action: str, here: str, chosen: str
) -> Iterable[RoleLine]:
    for code, title in roles_known(env).items():
        levels = levels_of_role(mine, code, info).get(action)
        if levels:
            words = tuple(LEVELS[level] for level in LEVELS if level in levels)
            url = f"{here}?{urlencode({'action': action, 'holders': code})}#people"
            yield RoleLine(title, words, url, code == chosen)
