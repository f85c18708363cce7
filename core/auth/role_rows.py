"""Roles as rows: made from the declarations, held by users."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, cast, func, select, update
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
        ship(env, "base.role", role_shipments(composed), were_fixed=True)
        _rest(env, declared)


def role_shipments(composed: Composition) -> list[Shipment]:
    """What the roles of the composition's addons ship to all companies."""
    return [
        Shipment(
            addon, code, {"code": code}, {"title": translations(role.title), "active": True}, {"company": None}
        )
        for code, (addon, role) in access_index(composed).roles.items()
    ]  # fmt: skip


def rest_roles(source: Source, addons: Collection[str]) -> None:
    """Put the roles of removed addons to rest, whose code may be gone; `sync_roles` makes them active again."""
    with system_env(source, 0, frozenset(composition().addons), _("removal of addons")) as env:
        _put_to_rest(env, func.split_part(env.info("base.role").cls.code, ".", 1).in_(addons))


def _rest(env: Env, declared: Collection[str]) -> None:
    """Roles that nobody declares any more."""
    cls = env.info("base.role").cls
    standing_aside = select(installed.c.name).where(
        installed.c.state == "installed", installed.c.name.not_in(env.composition.addons)
    )
    aside = env.session.scalars(standing_aside, execution_options=TRUSTED).all()
    _put_to_rest(env, cls.code.not_in(declared), func.split_part(cls.code, ".", 1).not_in(aside))


def _put_to_rest(env: Env, *chosen: ColumnElement[bool]) -> None:
    """Make roles inactive and remember them as shipped so: whoever declares one again makes it active. One that
    somebody has made inactive stays so.
    """
    cls = env.info("base.role").cls
    gone: list[Any] = env.search(cls, *chosen, cls.company_id.is_(None), cls.active, limit=_ALL)
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
