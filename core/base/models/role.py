"""Roles with those who hold them, and the roles of users."""

from typing import Annotated, Any

from core.api import (
    SYSTEM,
    Mapped,
    RolePlace,
    RoleRow,
    UserRole,
    Where,
    _,
    action,
    and_,
    arg,
    current_env,
    literal,
    one2many,
    select,
)
from core.lifecycle.roles import copy_role, give_everywhere, make_primary


def may_make_roles(env: Any) -> Where:
    """Whoever makes roles copies them; those of administrators are not copied."""
    return and_(RoleRow.code.not_in(("base.admin", "base.system")), literal(env.can("create", RoleRow)))


def not_primary(env: Any) -> Where:
    """Roles that are given beside the primary one."""
    return UserRole.primary.is_(False)


def shipped_and_system(env: Any) -> Where:
    """The system administrator lets people into further companies; roles that one company made are only there."""
    is_shipped = UserRole.role.in_(select(RoleRow.id).where(RoleRow.company.is_(None)))
    return and_(is_shipped, literal(SYSTEM.code in env.roles))


class BaseRole(RoleRow, extend=True):
    """A role shows who holds it and what stands below it."""

    holders: Mapped[list["UserRole"]] = one2many(_("Held by"), back="role")
    below: Mapped[list["RolePlace"]] = one2many(_("Roles below"), back="superior")

    @action(label=_("Copy role"), right="read", by=may_make_roles, icon="copy")
    def copy(self, title: Annotated[str, arg(_("Title of the copy"))]) -> RoleRow:
        """A role of the company that may do the same, to be changed apart."""
        return copy_role(current_env(), self, title)


class BaseUserRole(UserRole, extend=True):
    """One of the roles of a person is what the person mainly is."""

    @action(label=_("Make it the primary role"), right="create", by=not_primary, icon="flag")
    def make_primary(self) -> None:
        """The other roles of the person in the company stay, as further ones."""
        make_primary(current_env(), self)

    @action(
        label=_("Give in every company"), right="create", by=shipped_and_system, icon="building-plus",
        confirm=_("The user works in every company of the deployment with this role. Companies stay apart: one is "
                  "looked at after the other."),
    )  # fmt: skip
    def give_everywhere(self) -> None:
        """For people of the headquarters, who see all companies."""
        give_everywhere(current_env(), self)
