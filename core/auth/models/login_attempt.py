"""How often somebody failed to sign in, per account and per address."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field, selection
from core.orm.model import Deployment


class LoginAttempt(
    Deployment, label=_("Failed sign-in"), plural=_("Failed sign-ins"), display="kind", unique=[("kind", "key")],
    icon="lock",
):  # fmt: skip
    """A counter that slows down guessing. The key is a digest: people type passwords into the wrong field."""

    kind: Mapped[str] = selection(_("Kind"), choices=[("account", _("Account")), ("address", _("Address"))])
    key: Mapped[str] = field(_("Key"), readonly=True)
    failures: Mapped[int] = field(_("Failures"), default=0, readonly=True)
    last_at: Mapped[datetime | None] = field(_("Last failure"), default=None, readonly=True, sortable=True)
    blocked_until: Mapped[datetime | None] = field(
        _("Blocked until"), default=None, readonly=True, sortable=True
    )
