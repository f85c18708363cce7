"""What administrators do with roles, beyond single rows."""

from __future__ import annotations

from typing import Any, Final

from core.auth.models import Company, FieldRight, RoleRight, RoleRow, RoleScreen, UserRole, ValueLimit
from core.auth.rights_hooks import KEEPERS
from core.auth.role_matrix import all_rows
from core.errors import AccessDenied
from core.i18n import _
from core.orm.env import Env
from core.orm.fields import key_of

MOST_COMPANIES: Final = 10_000
_VALUES: Final[dict[type[Any], tuple[str, ...]]] = {
    RoleRight: ("model", "action", "level"),
    RoleScreen: ("kind", "name", "shown"),
    FieldRight: ("model", "field", "right"),
    ValueLimit: ("model", "field", "value"),
}


def copy_role(env: Env, role: RoleRow, title: str) -> RoleRow:
    """A role of the company with the same rights, menus, buttons, fields and limits, to be changed apart."""
    if role.code in KEEPERS:
        raise AccessDenied(_("Administrators are not copied. Please make a role and give it what it needs."))
    is_shipped = key_of(role, "company") is None
    basis: Any = role.id if is_shipped else key_of(role, "basis")
    copy = env.create(RoleRow, title=title, basis=basis)
    for model, names in _VALUES.items():
        rows = [{name: getattr(row, name) for name in names} for row in all_rows(env, model, role)]
        unique = [name for name in env.info(model).uniques[0] if name != "role"]
        said = {tuple(row[name] for name in unique): row for row in rows}
        env.create_many(model, [{"role": copy, **row} for row in said.values()])
    return copy


def give_everywhere(env: Env, held: UserRole) -> int:
    """The user holds the role in every company of the deployment; gives in how many it is new."""
    user, role = key_of(held, "user"), key_of(held, "role")
    table: Any = env.info(UserRole).cls
    has = {key_of(one, "company") for one in env.search(UserRole, table.user_id == user, table.role_id == role,
                                                        limit=MOST_COMPANIES)}  # fmt: skip
    open_ones = env.search(Company, Company.active.is_(True), limit=MOST_COMPANIES)
    new = [{"user": user, "role": role, "company": one} for one in open_ones if one.id not in has]
    return len(env.create_many(UserRole, new))


def make_primary(env: Env, held: UserRole) -> None:
    """This is from now on what the person mainly is in the company; it was another role before."""
    table: Any = env.info(UserRole).cls
    mine = (table.user_id == key_of(held, "user"), table.company_id == key_of(held, "company"), table.primary)
    others = env.search(UserRole, *mine)
    env.sudo(_("There is one primary role for each person.")).write(others, primary=False)
    held.primary = True
