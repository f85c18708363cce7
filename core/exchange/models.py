"""What was taken out of the product: files that wait to be fetched, and what was printed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from core.auth.models.user import User
from core.automation.models import Job
from core.i18n import _
from core.orm.fields import field, longtext, many2one, selection
from core.orm.model import CompanyOwned

FORMATS = [
    ("xlsx", _("Workbook (.xlsx)")), ("csv", _("CSV for spreadsheets")), ("jsonl", _("JSON Lines for programs")),
]  # fmt: skip


class Export(
    CompanyOwned, label=_("Export"), plural=_("Exports"), display="name", ordered_by="-id", icon="download",
    page="/exports/{id}",
):  # fmt: skip
    """One export: who took which rows and columns of what. The file is its maker's alone, for a day."""

    name: Mapped[str] = field(_("Name"), readonly=True, sortable=True)
    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    model: Mapped[str] = field(_("Record type"), readonly=True)
    format: Mapped[str] = selection(_("Format"), choices=FORMATS, readonly=True)
    conditions: Mapped[str | None] = longtext(_("Rows"), default=None, readonly=True)
    columns: Mapped[str] = longtext(_("Columns"), readonly=True)
    rows: Mapped[int | None] = field(
        _("Number of rows"),
        default=None,
        readonly=True,
        help=_("Until the file is ready: as counted before."),
    )
    size: Mapped[int | None] = field(_("Size"), default=None, readonly=True, help=_("In bytes."))
    cut: Mapped[int] = field(
        _("Shortened texts"), default=0, readonly=True, help=_("Longer than a cell of a workbook can be.")
    )
    asked: Mapped[dict[str, Any]] = field(_("Asked for"), readonly=True)
    job: Mapped[Job | None] = many2one(
        _("Job"), to="base.job", default=None, on_delete="clear", readonly=True
    )
    finished_at: Mapped[datetime | None] = field(_("Finished"), default=None, readonly=True, sortable=True)
    expires_at: Mapped[datetime] = field(_("Kept until"), readonly=True, sortable=True)


class Print(
    CompanyOwned,
    label=_("Print"),
    plural=_("Prints"),
    display="name",
    ordered_by="-id",
    icon="printer",
    page="/prints/{id}",
    unique=[("model", "record_id", "number")],
):
    """That a page was given out for printing. Of a record each has a number of its own; lists have none."""

    name: Mapped[str] = field(_("Name"), readonly=True, sortable=True)
    user: Mapped[User] = many2one(_("User"), to="base.user", on_delete="part_of", index=True, readonly=True)
    model: Mapped[str] = field(_("Record type"), readonly=True)
    record_id: Mapped[int | None] = field(_("Record"), default=None, readonly=True, index=True)
    number: Mapped[int | None] = field(_("Number of the print"), default=None, readonly=True)
    conditions: Mapped[str | None] = longtext(_("Rows"), default=None, readonly=True)
    rows: Mapped[int] = field(_("Number of rows"), readonly=True)
    asked: Mapped[dict[str, Any]] = field(_("Asked for"), readonly=True)


MODELS = (Export, Print)
"""For the loader: the kernel's addon lists this module once."""
