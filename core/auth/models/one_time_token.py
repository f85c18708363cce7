"""A link that works once: to set the first password, or a new one."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one, secret, selection
from core.orm.model import Deployment

INVITE = "invite"
RESET = "reset"


class OneTimeToken(
    Deployment,
    label=_("One-time link"),
    plural=_("One-time links"),
    display="kind",
    ordered_by="-id",
    icon="link",
):
    """Only the newest unused link of a user works, and only until it expires. The token itself is not stored."""

    kind: Mapped[str] = selection(
        _("Kind"), choices=[(INVITE, _("First password")), (RESET, _("New password"))], readonly=True
    )
    token_hash: Mapped[str] = secret(_("Token"), unique=True, readonly=True)
    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    expires: Mapped[datetime] = field(_("Expires"), readonly=True)
    used_at: Mapped[datetime | None] = field(_("Used at"), default=None, readonly=True)
