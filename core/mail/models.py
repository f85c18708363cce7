"""Every mail that was handed in for sending, with its state."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, file, longtext, many2one, selection
from core.orm.model import CompanyOwned
from core.orm.stored_file import StoredFile

STATES = [("waiting", _("Waiting to be sent")), ("sent", _("Sent")), ("failed", _("Not sent"))]


class Mail(
    CompanyOwned,
    label=_("Mail"),
    plural=_("Mails"),
    display="subject",
    ordered_by="-id",
    icon="mail",
    names=("model",),
):
    """A mail with a document, as it was sent. Retries keep its number as an id, so that servers know it again."""

    user: Mapped[User] = many2one(
        _("Sent by"), to="base.user", on_delete="part_of", index=True, readonly=True
    )
    recipients: Mapped[str] = field(_("To"), readonly=True, max_length=1000)
    subject: Mapped[str] = field(_("Subject"), readonly=True, max_length=200)
    text: Mapped[str | None] = longtext(_("Text"), default=None, readonly=True)
    paper: Mapped[StoredFile | None] = file(_("Document"), default=None, readonly=True)
    model: Mapped[str] = field(_("Record type"), readonly=True)
    record_id: Mapped[int] = field(_("Record"), readonly=True, index=True)
    state: Mapped[str] = selection(_("State"), choices=STATES, default="waiting", readonly=True)
    attempts: Mapped[int] = field(_("Attempts"), default=0, readonly=True)
    sent_at: Mapped[datetime | None] = field(_("Sent at"), default=None, readonly=True, sortable=True)
    error: Mapped[str | None] = longtext(_("Error"), default=None, readonly=True)


MODELS = (Mail,)
"""For the loader: the kernel's addon lists this module once."""
