"""What was taken out of the product: files that wait to be fetched, what was printed, and the words on papers."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Mapped

from core.auth.models.company import LANGUAGE_CHOICES
from core.auth.models.user import User
from core.automation.models import Job
from core.i18n import LazyString, _
from core.orm.fields import field, file, longtext, many2one, selection
from core.orm.model import CompanyOwned, Tracked
from core.orm.stored_file import StoredFile

FORMATS = [
    ("xlsx", _("Workbook (.xlsx)")), ("csv", _("CSV for spreadsheets")), ("jsonl", _("JSON Lines for programs")),
]  # fmt: skip


class Export(
    CompanyOwned, label=_("Export"), plural=_("Exports"), display="name", ordered_by="-id", icon="download",
    page="/exports/{id}",
    names=("model",),
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
    names=("model",),
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


EVERY_PAPER: Final = "*"


def papers(composed: Any) -> tuple[tuple[str, LazyString], ...]:
    """The papers that addons declare, as choices, behind the one that means all of them."""
    found = {EVERY_PAPER: _("All documents")}
    for _addon, view in composed.collect("view"):
        if view.kind == "paper" and (info := _installed(composed, view.__keyuan_model__)) is not None:
            found[f"{info.key}/{view.name or view.kind}"] = view.title
    for _addon, report in composed.collect("report"):
        if report.paper is not None:
            found[f"{report.key}/report"] = report.paper.title or report.title
    return tuple(found.items())


def _installed(composed: Any, model: type) -> Any:
    try:
        return composed.info(model)
    except LookupError:
        return None


class PaperText(
    CompanyOwned, Tracked, label=_("Document text"), plural=_("Document texts"), display="document",
    ordered_by="document", icon="file-text",
    names=("document",),
):  # fmt: skip
    """The company's own words on its documents, for one kind or for all, in one language."""

    document: Mapped[str] = selection(
        _("Kind of document"), choices=papers, default=EVERY_PAPER, tracked=True
    )
    language: Mapped[str] = selection(_("Language"), choices=LANGUAGE_CHOICES, tracked=True)
    logo: Mapped[StoredFile | None] = file(
        _("Logo"), default=None, help=_("PNG or JPEG, at most 512 kilobytes.")
    )
    letterhead: Mapped[str | None] = longtext(
        _("Letterhead"), default=None, tracked=True, max_length=2000,
        help=_("Address, telephone, tax number: stands beside the logo."),
    )  # fmt: skip
    opening: Mapped[str | None] = longtext(
        _("Opening words"), default=None, tracked=True, max_length=4000,
        help=_("Before the table. Fields of the document can be named in braces, such as {number}."),
    )  # fmt: skip
    closing: Mapped[str | None] = longtext(
        _("Closing words"), default=None, tracked=True, max_length=8000,
        help=_("Behind the totals: terms of payment, bank account, greetings."),
    )  # fmt: skip
    foot: Mapped[str | None] = field(
        _("Foot line"), default=None, tracked=True, max_length=300, help=_("At the foot of each page.")
    )
    mail: Mapped[str | None] = longtext(
        _("Words of the mail"), default=None, tracked=True, max_length=8000,
        help=_("What is proposed when the document is sent by mail."),
    )  # fmt: skip


MODELS = (Export, Print, PaperText)
"""For the loader: the kernel's addon lists this module once."""
