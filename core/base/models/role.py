"""Roles with those who hold them."""

from core.api import Mapped, RoleRow, UserRole, _, one2many


class BaseRole(RoleRow, extend=True):
    """A role shows who holds it."""

    holders: Mapped[list["UserRole"]] = one2many(_("Held by"), back="role")
