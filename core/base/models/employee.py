"""Employees and their way into the product."""

from typing import Annotated, Any

from core.api import (
    Department,
    Employee,
    Hint,
    Mapped,
    RoleRow,
    User,
    Where,
    _,
    action,
    and_,
    arg,
    current_env,
    literal,
    one2many,
)
from core.base.services import leaving
from core.base.services.accounts import make_account


def at_work_for_keepers(env: Any) -> Where:
    """Employees who have not left, for those who keep the accounts."""
    return and_(Employee.status == "active", literal(env.can("create", "base.user")))


def without_account(env: Any) -> Where:
    """People at work who cannot sign in yet."""
    return and_(Employee.user.is_(None), Employee.status == "active", literal(env.can("create", "base.user")))


class BaseEmployee(Employee, extend=True):
    """An employee shows who reports to this post, and can be given an account."""

    reports: Mapped[list["Employee"]] = one2many(_("Reports of this post"), back="superior")

    @action(
        label=_("Has left"), by=at_work_for_keepers, icon="user-off",
        confirm=_("The file stays. What the person is responsible for can be handed over in the next step."),
    )  # fmt: skip
    def leave(
        self,
        block: Annotated[bool, arg(_("Block the account"))] = True,
        successor: Annotated[User | None, arg(_("Successor"), required=False)] = None,
    ) -> Any:
        """The person leaves this post; the records are offered for hand-over."""
        return leaving.leave(current_env(), self, block=block, successor=successor)

    @action(label=_("Add a post"), by=at_work_for_keepers, icon="briefcase")
    def add_post(
        self,
        department: Annotated[Department, arg(_("Department"))],
        position: Annotated[str | None, arg(_("Position"), required=False)] = None,
        superior: Annotated[Employee | None, arg(_("Direct superior"), required=False)] = None,
    ) -> Any:
        """The person holds a further post, with the same account, and counts in both."""
        return leaving.add_post(current_env(), self, department, position, superior)

    @action(label=_("Create account"), by=without_account, icon="user-plus")
    def create_account(
        self,
        login: Annotated[str, arg(_("Login name"))],
        role: Annotated[RoleRow | None, arg(_("Role"), required=False)] = None,
    ) -> Hint:
        """The employee gets an account with this role, and a link to set its password."""
        user: User = make_account(current_env(), self, login, role)
        return user.invite()  # type: ignore[attr-defined,no-any-return]
