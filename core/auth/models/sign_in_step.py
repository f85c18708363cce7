"""Between the steps of a sign-in, while the browser is nobody yet."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one, secret
from core.orm.model import Deployment


class SignInStep(
    Deployment, label=_("Step of a sign-in"), plural=_("Steps of sign-ins"), display="kind", ordered_by="-id",
    icon="lock",
):  # fmt: skip
    """What has to be remembered between two pages of a sign-in. The browser holds a random token, the row its digest;
    it works once and for minutes.
    """

    kind: Mapped[str] = field(_("Kind"), readonly=True)
    token_hash: Mapped[str] = secret(_("Token"), unique=True, readonly=True)
    user: Mapped[User | None] = many2one(
        _("User"), default=None, to="base.user", on_delete="part_of", index=True, readonly=True
    )
    data: Mapped[str | None] = secret(_("Content"), default=None, readonly=True)
    expires: Mapped[datetime] = field(_("Expires"), readonly=True, index=True)
