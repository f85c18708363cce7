"""Roles as rows: made from the declarations, held by users."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.auth.access_index import access_index
from core.auth.roles import USER
from core.i18n import _
from core.orm.compose import Composition, composition
from core.orm.env import Env
from core.orm.fields import translations
from core.orm.kernel_tables import addon
from core.orm.trust import TRUSTED


def sync_roles(connection: Connection | Session, composed: Composition) -> None:
    """Make the rows of `base.role` agree with the roles that installed addons declare.

    Roles of removed addons stay, inactive: they come back with their holders when the addon is restored. Those of an
    installed addon that only stands aside are left alone, and those that companies have made are theirs.
    """
    table = composed.info("base.role").table
    roles = access_index(composed).roles
    rows = [
        {"code": code, "title": translations(role.title), "active": True}
        for code, (_a, role) in roles.items()
    ]
    upsert = insert(table)
    upsert = upsert.on_conflict_do_update(
        index_elements=[table.c.code],
        index_where=table.c.deleted_at.is_(None),
        set_={"title": upsert.excluded.title, "active": True, "changed_at": func.now()},
        where=(table.c.title != upsert.excluded.title) | table.c.active.is_(False),
    )
    connection.execute(upsert, rows, execution_options=TRUSTED)
    kept = select(addon.c.name).where(addon.c.state == "installed", addon.c.name.not_in(composed.addons))
    declared_by = func.split_part(table.c.code, ".", 1)
    gone = table.c.code.not_in(list(roles)) & table.c.company_id.is_(None) & table.c.active
    gone &= declared_by.not_in(kept)
    connection.execute(update(table).where(gone).values(active=False), execution_options=TRUSTED)


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
