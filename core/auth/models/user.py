"""An account: somebody who can sign in."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.company import LANGUAGE_CHOICES
from core.i18n import _
from core.orm.fields import email, field, secret, selection
from core.orm.model import Deployment

ACCOUNT_KEEPERS = ("base.admin", "base.system")


class User(
    Deployment,
    label=_("User"),
    plural=_("Users"),
    display="name",
    ordered_by="name",
    unique=[("login",)],
    icon="user",
):
    """A person's account. It works in the companies where it holds a role, with an employee file or without.

    Colleagues see the name; login, address and state of the account are for administrators.
    """

    name: Mapped[str] = field(
        _("Name"), searchable=True, sortable=True, tracked=True, max_length=200, editable_by=ACCOUNT_KEEPERS
    )
    login: Mapped[str] = field(
        _("Login name"), searchable=True, sortable=True, max_length=100, tracked=True, visible_to=ACCOUNT_KEEPERS,
        help=_("Large and small letters make no difference."),
    )  # fmt: skip
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, visible_to=ACCOUNT_KEEPERS)
    language: Mapped[str] = selection(_("Language"), choices=LANGUAGE_CHOICES, default="zh_CN")
    password_hash: Mapped[str | None] = secret(_("Password"), default=None, readonly=True)
    must_change_password: Mapped[bool] = field(
        _("Must change the password"), default=False, visible_to=ACCOUNT_KEEPERS
    )
    blocked: Mapped[bool] = field(
        _("Blocked"), default=False, tracked=True, visible_to=ACCOUNT_KEEPERS,
        help=_("A blocked user is signed out at once and cannot sign in."),
    )  # fmt: skip
    openid_subject: Mapped[str | None] = field(
        _("Linked with"), default=None, readonly=True, tracked=True, index=True, visible_to=ACCOUNT_KEEPERS,
        help=_("The person at the sign-in service: its address and the name that it has for the person."),
    )  # fmt: skip
    is_demo: Mapped[bool] = field(
        _("Demonstration account"), default=False, readonly=True, visible_to=ACCOUNT_KEEPERS,
        help=_("Signs in from this machine only, with a password derived from the deployment's secret."),
    )  # fmt: skip
    second_factor: Mapped[bool] = field(
        _("Second factor"), default=False, readonly=True, tracked=True, visible_to=ACCOUNT_KEEPERS,
        help=_("The sign-in asks for more than the password."),
    )  # fmt: skip
    last_login: Mapped[datetime | None] = field(
        _("Last sign-in"), default=None, readonly=True, sortable=True, visible_to=ACCOUNT_KEEPERS
    )
