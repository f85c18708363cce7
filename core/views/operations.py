"""The administrators' page of operations: what was done in the company, one line for each request, job or command.

The page of one operation, with undo, is in `core.web.pages.operations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select

from core.auth.key_scope import API, key_of_channel
from core.auth.models import ApiKey, Company
from core.i18n import LazyString, _
from core.orm.env import Env
from core.orm.operations import operations_of
from core.orm.trust import TRUSTED
from core.views.doings import summary
from core.views.menu import menu
from core.views.page import Page

PAGE: Final = 40
_JOB: Final = "job-"
CHANNELS: Final[dict[str, LazyString]] = {
    "page": _("in the page"), "import": _("by the import command"), "job": _("by a job"), "api": _("by the API"),
    "cli": _("by a command"), "demo": _("demonstration data"), "system": _("by the system"),
}  # fmt: skip


def operations(env: Env, params: Mapping[str, str]) -> dict[str, Any]:
    """One page of them, the newest first, of everybody or of one person."""
    person = number_in(params.get("person"))
    found = operations_of(env, before=number_in(params.get("before")), person=person, limit=PAGE)
    people = {one for made in found for one in (made.user_id, made.real_user_id)}
    return {
        "operations": found, "places": places_of(env, ((one.channel, one.request_id) for one in found)),
        "names": env.user_names({*people, *([person] if person else [])}), "summary": summary, "person": person,
        "people": env.complete("base.user", "", 200),
        "next": found[-1].last_id if len(found) == PAGE else None,
    }  # fmt: skip


def number_in(given: str | None) -> int | None:
    """A number of an address; None for what is none."""
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 19 else None


def places_of(env: Env, asked: Iterable[tuple[str, str]]) -> dict[str, LazyString | str]:
    """Request -> from where it came, in words; a job of the company says which one it was, a program by which key."""
    known = {request: channel for channel, request in asked}
    found: dict[str, LazyString | str] = {
        one: CHANNELS.get(channel, channel) for one, channel in known.items()
    }
    found |= _by_keys(env, known)
    jobs = {
        number: one for one in known if (number := number_in(one.removeprefix(_JOB))) and one.startswith(_JOB)
    }
    if not jobs:
        return found
    table = env.composition.info("base.job").table
    titles = {declared.name: declared.title for _addon, declared in env.composition.collect("job")}
    statement = select(table.c.id, table.c.name, table.c.title).where(
        table.c.id.in_(list(jobs)), table.c.company_id == env.company_id
    )
    for key, name, title in env.session.execute(statement, execution_options=TRUSTED):
        found[jobs[key]] = _("by a job: {title}", title=titles.get(name, title))
    return found


def _by_keys(env: Env, known: Mapping[str, str]) -> dict[str, LazyString]:
    """The same for requests of programs: the name of the key, also of one that works no more."""
    keys = {one: key for one, channel in known.items() if (key := key_of_channel(channel)) is not None}
    if not keys:
        return {}
    table = env.composition.info(ApiKey).table
    statement = select(table.c.id, table.c.name).where(
        table.c.id.in_(list(keys.values())), table.c.company_id == env.company_id
    )
    names = dict(env.session.execute(statement, execution_options=TRUSTED).tuples().all())
    return {
        one: _("by the API: key “{name}”", name=names[key]) if key in names else CHANNELS[API]
        for one, key in keys.items()
    }


OPERATIONS = Page("base.operations", _("Operations"), "operations.pt", operations, right=("audit", Company))

menus = [
    menu(
        "base.operations", _("Operations"), parent="base.administration", page=OPERATIONS, sequence=97,
        icon="history",
    )
]  # fmt: skip
