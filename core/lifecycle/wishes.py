"""What an administrator wishes for the deployment, from the page to the worker and back.

A web process never has the owner's rights, and an operation needs another composition than the one that serves. So
the page writes a wish, a worker has it planned and, once confirmed, carried out in processes of their own
(`carrying_out`), and the page shows what became of it::

    asked -> planned -> confirmed -> running -> done
      |      |  ^ the plan has changed   |
      |      v  +------------------------+
      +----> dropped, failed <-----------+
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from sqlalchemy import Select, func, select, update

from core.errors import AccessDenied, BadRequest, NotFound, StateForbids, ValidationFailed
from core.i18n import _
from core.lifecycle.plans.life_plan import Kind, LifePlan
from core.modules.manifest import name_problem
from core.orm.env import Env
from core.orm.kernel_tables import addon_request
from core.orm.trust import TRUSTED

KEEPER: Final = "base.system"
"""The role that may change what addons the deployment has."""
OPERATIONS: Final[frozenset[str]] = frozenset(get_args(Kind)) - {"enable", "disable"}
"""What is wished for; a switch needs no other composition and works at once."""
WAITING: Final = ("asked", "confirmed", "running")
"""States in which a worker is to do something."""


@dataclass(frozen=True)
class Wish:
    """One wish as it stands. `outcome` has `done`, or `error` with `id`; `changed` where another plan came of it."""

    id: int
    kind: Kind
    addon: str
    company_id: int | None
    state: str
    plan: LifePlan | None
    by_name: str
    user_id: int
    at: datetime
    changed_at: datetime
    outcome: Mapping[str, Any]

    @property
    def is_waiting(self) -> bool:
        """Whether it will change without the reader doing anything."""
        return self.state in WAITING


def may_wish(env: Env) -> bool:
    """Whether the caller decides on the addons of the deployment."""
    return KEEPER in env.roles


def ask(env: Env, kind: str, addon: str, company_id: int | None = None) -> int:
    """Have a plan made; the caller's earlier wish that was not confirmed gives way. Gives the number of the wish.

    Raises `AccessDenied`, and `BadRequest` for what nobody could wish for.
    """
    _require(env)
    if kind not in OPERATIONS or name_problem(addon) is not None or (company_id is None) == (kind == "empty"):
        raise BadRequest()
    who = env.real_user_id or env.user_id
    mine = addon_request.c.user_id == who
    open_ones = update(addon_request).where(mine, addon_request.c.state.in_(("asked", "planned")))
    _execute(env, open_ones.values(state="dropped", changed_at=func.now()))
    values = {"kind": kind, "addon": addon, "company_id": company_id, "user_id": who}
    name = env.user_names([who]).get(who, str(who))
    made = addon_request.insert().values(**values, by_name=name).returning(addon_request.c.id)
    return int(_execute(env, made).scalar_one())


def wish_of(env: Env, key: int) -> Wish:
    """One wish, also somebody else's. Raises `AccessDenied` and `NotFound`."""
    _require(env)
    row = _execute(env, select(addon_request).where(addon_request.c.id == key)).first()
    if row is None:
        raise NotFound()
    return _wish(row)


def wishes_about(env: Env, addon: str | None = None, *, limit: int = 20) -> list[Wish]:
    """Those that wait for somebody or something, the oldest first."""
    _require(env)
    open_ones = addon_request.c.state.in_((*WAITING, "planned"))
    wanted = select(addon_request).where(open_ones).order_by(addon_request.c.id).limit(limit)
    if addon is not None:
        wanted = wanted.where(addon_request.c.addon == addon)
    return [_wish(row) for row in _execute(env, wanted)]


def confirm(env: Env, key: int, digest: str, typed: str = "") -> None:
    """Have exactly the plan carried out that the caller has seen.

    Raises `StateForbids` where the wish is elsewhere by now or has another plan, `ValidationFailed` where the name of
    an addon to be purged is not written out.
    """
    wish = wish_of(env, key)
    if wish.user_id != (env.real_user_id or env.user_id):
        raise AccessDenied(_("Only {name}, who asked for this plan, can confirm it.", name=wish.by_name))
    if wish.state != "planned" or wish.plan is None:
        raise StateForbids(_("This plan is no longer waiting for a confirmation."))
    if wish.plan.digest != digest:
        raise StateForbids(_("The plan has changed meanwhile. Please look at it again."))
    if wish.plan.refusals:
        raise StateForbids(_("What the plan refuses cannot be confirmed."))
    if wish.kind == "purge" and typed.strip() != wish.addon:
        raise ValidationFailed.at("typed", _("Write the name {name} here to confirm.", name=wish.addon))
    _move(env, key, "planned", "confirmed")


def drop(env: Env, key: int) -> None:
    """Let go of a plan. Raises `StateForbids` when it is being carried out or was."""
    wish = wish_of(env, key)
    if wish.state not in ("asked", "planned", "confirmed"):
        raise StateForbids(_("This plan is no longer waiting for a confirmation."))
    _move(env, key, wish.state, "dropped")


def _move(env: Env, key: int, before: str, after: str) -> None:
    """Of two who move it at once, one does."""
    moved = update(addon_request).where(addon_request.c.id == key, addon_request.c.state == before)
    values = {"state": after, "changed_at": func.now(), "outcome": None}
    if _execute(env, moved.values(values).returning(addon_request.c.id)).first() is None:
        raise StateForbids(_("This plan is no longer waiting for a confirmation."))


def _wish(row: Any) -> Wish:
    plan = LifePlan.from_json(row.plan) if row.plan else None
    return Wish(row.id, row.kind, row.addon, row.company_id, row.state, plan, row.by_name, row.user_id, row.at,
                row.changed_at, row.outcome or {})  # fmt: skip


def _require(env: Env) -> None:
    if not may_wish(env):
        raise AccessDenied(_("Only a system administrator decides which addons the deployment has."))


def _execute(env: Env, statement: Select[Any] | Any) -> Any:
    return env.session.execute(statement, execution_options=TRUSTED)
