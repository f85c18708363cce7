"""What a user is told in the page."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.i18n import _
from core.orm.fields import field, many2one
from core.orm.model import CompanyOwned


class Notice(
    CompanyOwned,
    label=_("Notice"),
    plural=_("Notices"),
    display="model",
    ordered_by="-id",
    icon="bell",
    names=("model",),
):
    """A sentence for one user about one record, kept as text and arguments and read in the reader's language."""

    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    text: Mapped[dict[str, Any]] = field(_("Text"), readonly=True)
    model: Mapped[str | None] = field(_("Record type"), default=None, readonly=True)
    record_id: Mapped[int | None] = field(_("Record"), default=None, readonly=True)
    read_at: Mapped[datetime | None] = field(_("Read at"), default=None, sortable=True)
