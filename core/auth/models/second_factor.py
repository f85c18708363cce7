"""What proves, beside the password, that somebody is who they say: an app, and codes for when it is lost."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one, secret
from core.orm.model import Deployment


class Totp(
    Deployment, label=_("Authenticator app"), plural=_("Authenticator apps"), display="user",
    icon="shield-lock",
):  # fmt: skip
    """The key that a user's app and we have in common, sealed with the deployment's secret; counts when confirmed."""

    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    sealed_key: Mapped[str] = secret(_("Key"), readonly=True)
    confirmed_at: Mapped[datetime | None] = field(_("Confirmed at"), default=None, readonly=True)
    last_step: Mapped[int] = field(
        _("Last code used"), default=0, readonly=True, help=_("Its number; older codes are refused.")
    )


class RecoveryCode(
    Deployment, label=_("Recovery code"), plural=_("Recovery codes"), display="user", icon="key",
):  # fmt: skip
    """Stands in for the second factor once. The digest is keyed with the deployment's secret."""

    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    code_hash: Mapped[str] = secret(_("Code"), readonly=True)
    used_at: Mapped[datetime | None] = field(_("Used at"), default=None, readonly=True)
