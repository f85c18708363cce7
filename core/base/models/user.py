"""Accounts as administrators keep them."""

from typing import TYPE_CHECKING, Annotated, Any

from core.api import (
    Hint,
    Mapped,
    User,
    UserRole,
    Where,
    _,
    _n,
    action,
    and_,
    arg,
    current_env,
    literal,
    one2many,
)
from core.lifecycle.accounts import (
    ActFor,
    acted_for,
    is_acting,
    link_hours,
    locked_out,
    password_link,
    remove_second_factor,
    sign_out_everywhere,
    unlock,
)

if TYPE_CHECKING:
    from core.api import ApiKey, Employee, Session

KEEPERS = frozenset({"base.admin", "base.system"})


def account_of_another(env: Any) -> Where:
    """Administrators let others in; for oneself there is the page of one's own password."""
    keeps = not env.roles.isdisjoint(KEEPERS) and not is_acting(env)
    return and_(User.id != env.user_id, User.blocked.is_(False), literal(keeps))


def locked_account(env: Any) -> Where:
    """Accounts of others for which a pause is running."""
    return and_(account_of_another(env), locked_out(User))


def account_with_second_factor(env: Any) -> Where:
    """Accounts of others whose sign-in asks for more than the password."""
    return and_(account_of_another(env), User.second_factor)


def linked_account(env: Any) -> Where:
    """Accounts of others that are linked with a person at the sign-in service."""
    return and_(account_of_another(env), User.openid_subject.is_not(None))


class BaseUser(User, extend=True):
    """An account with the roles and posts of its person."""

    roles: Mapped[list["UserRole"]] = one2many(_("Roles"), back="user")
    posts: Mapped[list["Employee"]] = one2many(_("Posts"), back="user")
    sign_ins: Mapped[list["Session"]] = one2many(_("Sign-ins"), back="user")
    api_keys: Mapped[list["ApiKey"]] = one2many(_("API keys"), back="user")

    @action(label=_("Link to set a password"), by=account_of_another, icon="link-plus")
    def invite(self) -> Hint:
        """A link that works once, to be handed to the person; links given before stop working."""
        address = password_link(current_env(), self)
        text = _n(
            "Give this link to {name}. It works once, within {n} hour.",
            "Give this link to {name}. It works once, within {n} hours.",
            link_hours(self), name=self.name,
        )  # fmt: skip
        return Hint(text, address)

    @action(
        label=_("End all sessions"), by=account_of_another, icon="logout", danger=True,
        confirm=_("The user is signed out on every device at once, the user's API keys are revoked, and what runs in "
                  "the user's name is stopped."),
    )  # fmt: skip
    def sign_out_everywhere(self) -> None:
        """For a lost device, or somebody who must not go on working as before."""
        sign_out_everywhere(current_env(), self)

    @action(label=_("Act for this user"), right="act_for", by=acted_for, icon="switch-horizontal")
    def act_for(
        self,
        reason: Annotated[str, arg(_("Reason"), help=_("The user is told, and it stands in the history."))],
    ) -> ActFor:
        """The caller goes on as this user, in this company, until they end it."""
        return ActFor(self.id, reason)

    @action(label=_("Lift the pause"), by=locked_account, icon="lock")
    def unlock(self) -> None:
        """After too many wrong passwords the person may try again at once."""
        unlock(current_env(), self)

    @action(
        label=_("Remove the second factor"), by=account_with_second_factor, icon="shield-lock", danger=True,
        confirm=_("For somebody who has lost phone and codes. Make sure that it is really this person who asks you."),
    )  # fmt: skip
    def remove_second_factor(self) -> None:
        """The password alone is enough at the next sign-in; every session of the user ends."""
        remove_second_factor(current_env(), self)

    @action(
        label=_("Unlink from the sign-in service"), by=linked_account, icon="x",
        confirm=_("Whoever signs in there next with the same verified e-mail is linked with this account anew."),
    )  # fmt: skip
    def unlink_openid(self) -> None:
        """After somebody else was linked with the account, or the person has another name at the service."""
        self.openid_subject = None
