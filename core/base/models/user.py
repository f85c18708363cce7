"""Accounts as administrators keep them."""

from typing import TYPE_CHECKING, Any

from core.api import Hint, Mapped, User, UserRole, Where, _, action, and_, current_env, literal, one2many
from core.lifecycle.accounts import link_hours, password_link

if TYPE_CHECKING:
    from core.api import Employee

KEEPERS = frozenset({"base.admin", "base.system"})


def account_of_another(env: Any) -> Where:
    """Administrators let others in; for oneself there is the page of one's own password."""
    return and_(User.id != env.user_id, User.blocked.is_(False), literal(not env.roles.isdisjoint(KEEPERS)))


class BaseUser(User, extend=True):
    """An account with the roles and posts of its person."""

    roles: Mapped[list["UserRole"]] = one2many(_("Roles"), back="user")
    posts: Mapped[list["Employee"]] = one2many(_("Posts"), back="user")

    @action(label=_("Link to set a password"), by=account_of_another, icon="link-plus")
    def invite(self) -> Hint:
        """A link that works once, to be handed to the person; links given before stop working."""
        address = password_link(current_env(), self)
        text = _(
            "Give this link to {name}. It works once, within {hours} hours.",
            name=self.name,
            hours=link_hours(self),
        )
        return Hint(text, address)
