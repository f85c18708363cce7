"""Roles as rows: made from the declarations, held by users."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Table, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from core.auth.access_index import access_index
from core.auth.roles import USER
from core.i18n import _
from core.orm.compose import Composition, composition
from core.orm.env import Env
from core.orm.fields import translations
from core.orm.kernel_tables import addon as installed
from core.orm.kernel_tables import shipped
from core.orm.shipped import Shipment, ship
from core.orm.system_env import Source, system_env
from core.orm.trust import TRUSTED

_ALL: Final = 2**31 - 1


def sync_roles(source: Source, composed: Composition) -> None:
    """Make the rows of `base.role` agree with the roles that installed addons declare; what somebody changed of them
    stays, and the difference is offered.

    Roles of removed addons stay, inactive: they come back with their holders when the addon is restored. Those of an
    installed addon that only stands aside are left alone, and those that companies have made are theirs.
    """
    declared = access_index(composed).roles
    with system_env(source, 0, frozenset(composed.addons), _("shipped data of addons")) as env:
        ship(env, "base.role", [
            Shipment(
                addon, code, {"code": code}, {"title": translations(role.title), "active": True}, {"company": None}
            )
            for code, (addon, role) in declared.items()
        ], were_fixed=True)  # fmt: skip
        _rest(env, declared)


def _rest(env: Env, declared: Collection[str]) -> None:
    """Roles that nobody declares any more are inactive, and are remembered as shipped so: whoever declares one again
    makes it active. One that somebody has made inactive stays so.
    """
    cls = env.info("base.role").cls
    aside = select(installed.c.name).where(
        installed.c.state == "installed", installed.c.name.not_in(env.composition.addons)
    )
    standing_aside = env.session.scalars(aside, execution_options=TRUSTED).all()
    gone: list[Any] = env.search(
        cls, cls.code.not_in(declared), func.split_part(cls.code, ".", 1).not_in(standing_aside),
        cls.company_id.is_(None), cls.active, limit=_ALL,
    )  # fmt: skip
    env.write(gone, active=False)
    resting = shipped.c.shipped.concat(cast({"active": False}, JSONB))
    known = (shipped.c.model == "base.role") & shipped.c.record_id.in_([role.id for role in gone])
    env.session.execute(update(shipped).where(known).values(shipped=resting), execution_options=TRUSTED)


def let_in(env: Env, users: Iterable[int]) -> None:
    """Give users the kernel's role in the company of `env` where they do not hold it yet."""
    wanted, role_id = set(users), role_id_of(env.session, USER.code)
    held = _table("base.user_role")
    if not wanted or role_id is None:
        return
    here = (held.c.company_id == env.company_id) & (held.c.role_id == role_id) & held.c.deleted_at.is_(None)
    have = select(held.c.user_id).where(here, held.c.user_id.in_(wanted))
    missing = wanted - set(env.session.scalars(have, execution_options=TRUSTED))
    if missing:
        rows = [{"user": user, "company": env.company_id, "role": role_id} for user in sorted(missing)]
        env.sudo(_("Employees with an account work in the company.")).create_many("base.user_role", rows)


def role_id_of(session: Session, code: str) -> int | None:
    """The row of a role, None before `sync_roles` has made it."""
    table = _table("base.role")
    wanted = select(table.c.id).where(table.c.code == code, table.c.deleted_at.is_(None))
    return session.scalars(wanted, execution_options=TRUSTED).one_or_none()


def _table(key: str) -> Table:
    return composition().info(key).table
