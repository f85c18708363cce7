"""A key on somebody's device, unlocked there by finger, face or number."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one, secret
from core.orm.model import Deployment


class Passkey(
    Deployment, label=_("Passkey"), plural=_("Passkeys"), display="name", ordered_by="-id", icon="key",
    unique=[("credential_id",)],
):  # fmt: skip
    """We keep the public half. It serves as second factor, and as sign-in without name and password."""

    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    name: Mapped[str] = field(_("Name"), max_length=100, readonly=True)
    credential_id: Mapped[str] = secret(_("Credential"), readonly=True)
    public_key: Mapped[str] = secret(_("Public key"), readonly=True)
    sign_count: Mapped[int] = field(_("Uses counted by the device"), default=0, readonly=True)
    last_used: Mapped[datetime | None] = field(_("Last used"), default=None, readonly=True)
