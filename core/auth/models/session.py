"""A signed-in browser."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.company import Company
from core.auth.models.role import Role
from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one, secret
from core.orm.model import Deployment


class Session(
    Deployment,
    label=_("Sign-in"),
    plural=_("Sign-ins"),
    display="agent",
    ordered_by="-id",
    icon="device-laptop",
):
    """Somebody signed in on some device, and works in one company at a time. Ended sessions stay as history.

    Whoever takes another identity (acts for somebody, works in one role, changes the company) gets another session
    with another token, and the one before ends: `core.auth.acting`.
    """

    token_hash: Mapped[str] = secret(_("Token"), unique=True, readonly=True)
    user: Mapped[User] = many2one(
        _("User"),
        to="base.user",
        on_delete="part_of",
        index=True,
        readonly=True,
        help=_("As whom the session acts."),
    )
    real_user: Mapped[User] = many2one(
        _("Real user"), to="base.user", on_delete="part_of", readonly=True, help=_("Who has signed in.")
    )
    company: Mapped[Company | None] = many2one(_("Company"), default=None, to="base.company", readonly=True)
    acting_reason: Mapped[str | None] = field(
        _("Reason for acting"), default=None, readonly=True, max_length=200,
        help=_("Why the real user works in the name of this user."),
    )  # fmt: skip
    working_role: Mapped[Role | None] = many2one(
        _("Works as"), default=None, to="base.role", readonly=True,
        help=_("The one role in which the session works; all of them where none is named."),
    )  # fmt: skip
    last_seen: Mapped[datetime] = field(_("Last seen"), readonly=True, sortable=True)
    expires: Mapped[datetime] = field(_("Expires"), readonly=True)
    ended_at: Mapped[datetime | None] = field(_("Ended at"), default=None, readonly=True)
    must_enrol: Mapped[bool] = field(
        _("Second factor to be set up"), default=False, readonly=True,
        help=_("The company asks for one; until then nothing else can be done."),
    )  # fmt: skip
    address: Mapped[str | None] = field(_("Address"), default=None, readonly=True)
    agent: Mapped[str | None] = field(_("Device"), default=None, readonly=True, max_length=300)
