"""Employees and their way into the product."""

from typing import TYPE_CHECKING, Annotated, Any

from core.api import (
    Employee,
    Hint,
    Mapped,
    RoleRow,
    Where,
    _,
    action,
    and_,
    arg,
    current_env,
    literal,
    one2many,
)
from core.base.services.accounts import make_account

if TYPE_CHECKING:
    from core.api import User


def without_account(env: Any) -> Where:
    """People at work who cannot sign in yet."""
    return and_(Employee.user.is_(None), Employee.status == "active", literal(env.can("create", "base.user")))


class BaseEmployee(Employee, extend=True):
    """An employee shows who reports to this post, and can be given an account."""

    reports: Mapped[list["Employee"]] = one2many(_("Reports of this post"), back="superior")

    @action(label=_("Create account"), by=without_account, icon="user-plus")
    def create_account(
        self,
        login: Annotated[str, arg(_("Login name"))],
        role: Annotated[RoleRow | None, arg(_("Role"), required=False)] = None,
    ) -> Hint:
        """The employee gets an account with this role, and a link to set its password."""
        user: User = make_account(current_env(), self, login, role)
        return user.invite()  # type: ignore[attr-defined,no-any-return]
