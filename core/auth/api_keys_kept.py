"""Keys as people keep them: made, shown once, looked at, revoked.

A key is made by its user alone, after the password was asked once more; administrators see the keys of their company
and end them. Nothing makes a revoked key work again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import Session

from core.auth.acting import is_acting
from core.auth.api_keys import START, USE, key_of_secret, keys_table, new_secret
from core.auth.key_scope import key_of_channel, stored_codes
from core.auth.models import ApiKey
from core.auth.models.api_key import LONGEST_NAME, SCOPES
from core.auth.tokens import hash_token
from core.errors import AccessDenied, NotFound, ValidationFailed
from core.i18n import LazyString, _
from core.modules.manifest import KERNEL
from core.orm.compose import ModelInfo
from core.orm.engine import across_companies
from core.orm.env import Env
from core.orm.fields import key_of
from core.orm.methods import Where
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

DAYS: Final = 90
"""Proposed."""
MOST_DAYS: Final = 366
NOTICE: Final = timedelta(days=7)
"""So long before its end a user is reminded of a key."""
BATCH: Final = 200
DEAD_SHOWN: Final = 20
MOST: Final = 50
"""Live keys of one user in one company."""


class NewKey(NamedTuple):
    """`secret` is shown once and not kept."""

    id: int
    secret: str


def make_key(env: Env, name: str, scope: str, models: Collection[str], days: int) -> NewKey:
    """A key of the caller for the company where they are. Who they are was proved before."""
    refuse_without_right(env)
    called = " ".join(name.split())
    _check(env, called, scope, models, days)
    secret = new_secret()
    kinds = tuple(env.info(code).plural for code in sorted(models))
    made: Any = env.sudo(_("the user makes an API key")).create(
        ApiKey, user=env.user_id, company=env.company_id, name=called, start=secret[:START], scope=scope,
        token_hash=hash_token(secret), models=stored_codes(models), expires=env.now + timedelta(days=days),
        kinds=_("{kinds}", kinds=kinds) if kinds else _("All record types"),
    )  # fmt: skip
    env.flush()
    return NewKey(made.id, secret)


def own_keys(env: Env) -> list[Any]:
    """The caller's keys of the company that are neither revoked nor expired, the newest first."""
    return env.search(ApiKey, ApiKey.user == env.user_id, _works(env), order="-id", limit=MOST)


def own_dead_keys(env: Env) -> list[Any]:
    """The last of those that work no more."""
    return env.search(ApiKey, ApiKey.user == env.user_id, not_(_works(env)), order="-id", limit=DEAD_SHOWN)


def refuse_without_right(env: Env) -> None:
    """Raises `AccessDenied` for whoever may have no keys, or works in somebody else's name or with a key."""
    if is_acting(env) or key_of_channel(env.channel) is not None or not env.can(USE, ApiKey):
        raise AccessDenied(
            _("Your roles do not let you have API keys. An administrator can give a role this right.")
        )


def types_to_choose(env: Env) -> list[ModelInfo]:
    """The record types that the caller may read, by name; parts come with what they are part of."""
    found = [info for info in env.composition.models.values() if info.whole is None and env.can("read", info)]
    return sorted(found, key=lambda info: str(info.plural))


def revoke(env: Env, keys: Sequence[Any]) -> None:
    """End these keys for good, now; whoever calls has asked whether the caller may."""
    writer = env.sudo(_("the API key is revoked"))
    for key in keys:
        if key.revoked_at is None:
            writer.write(key, revoked_at=env.now, revoked_by=env.user_id)


def revoke_own(env: Env, key_id: int | None = None) -> int:
    """End one of the caller's keys, or all of them; gives how many. Raises `NotFound` where the one is not theirs."""
    mine = [key for key in own_keys(env) if key_id in (None, key.id)]
    if key_id is not None and not mine:
        raise NotFound()
    revoke(env, mine)
    return len(mine)


def end_keys_of(env: Env, user_id: int) -> int:
    """All keys of a user in every company, each told in the history of its own; gives how many."""
    table = keys_table()
    live = select(table.c.company_id, table.c.id).where(
        table.c.user_id == user_id, table.c.revoked_at.is_(None), table.c.expires > func.now()
    )
    with across_companies(env.session, table.fullname):
        rows = env.session.execute(
            live.order_by(table.c.company_id, table.c.id), execution_options=TRUSTED
        ).all()
    for company_id, found in groupby(rows, key=lambda row: int(row.company_id)):
        with system_env(env, company_id, frozenset({KERNEL}), _("the user may not go on")) as own:
            own.write(
                own.get_many(ApiKey, [row.id for row in found]), revoked_at=own.now, revoked_by=env.user_id
            )
    return len(rows)


def remind_of_keys(env: Env) -> int:
    """Tell the users whose keys of the company end within a week, once for each; gives for how many. Keys that are made
    for a week or less need no reminder.
    """
    system, reminded = env.sudo(_("reminder of an API key that expires")), 0
    waiting = (
        ApiKey.reminded_at.is_(None), _works(env), ApiKey.expires <= env.now + NOTICE,
        ApiKey.expires > ApiKey.created_at + NOTICE,
    )  # fmt: skip
    while soon := system.search(ApiKey, *waiting, order="id", limit=BATCH):
        for key in soon:
            text = _(
                "Your API key “{name}” ({start}…) works until {when}.",
                name=key.name, start=key.start, when=key.expires,
            )  # fmt: skip
            env.notify([key_of(key, ApiKey.user)], text)
        system.write(soon, reminded_at=env.now)
        reminded += len(soon)
    return reminded


def end_leaked(session: Session, secret: str, *, request_id: str) -> int | None:
    """End the key that this is, because it was sent where others may read it; its id, None where it is none.

    The user is told.
    """
    found = key_of_secret(session, secret)
    if found is None:
        return None
    reason = _("the API key was sent in an address")
    with system_env(session, found.company_id, frozenset({KERNEL}), reason) as env:
        env.write(env.get(ApiKey, found.id), revoked_at=env.now)
        text = _(
            "Your API key “{name}” ({start}…) was sent in an address, where logs keep it. It has been revoked.",
            name=found.name, start=found.start,
        )  # fmt: skip
        env.notify([found.user_id], text)
        env.flush()
    return int(found.id)


def _works(env: Env) -> Where:
    return and_(ApiKey.revoked_at.is_(None), ApiKey.expires > env.now)


def _check(env: Env, name: str, scope: str, models: Collection[str], days: int) -> None:
    problems: dict[str, list[LazyString]] = {}
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = [_("Please give the key a name of at most {n} characters.", n=LONGEST_NAME)]
    if scope not in dict(SCOPES):
        problems["scope"] = [_("Please choose from the list.")]
    if not set(models) <= {info.key for info in types_to_choose(env)}:
        problems["models"] = [_("Please choose from the list.")]
    if not 1 <= days <= MOST_DAYS:
        problems["days"] = [_("A key works for 1 to {n} days.", n=MOST_DAYS)]
    if problems:
        raise ValidationFailed(problems)
    if len(own_keys(env)) >= MOST:
        raise ValidationFailed.at("", _("You have {n} keys already. Please revoke one first.", n=MOST))
