"""How a company numbers its documents."""

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import field, selection
from core.orm.model import CompanyOwned

DATE_PATTERNS = [
    ("", _("No date")), ("YYYY", _("Year, 2026")), ("YY", _("Year, 26")), ("YYYYMM", _("Month, 202611")),
    ("YYMM", _("Month, 2611")), ("YYYYMMDD", _("Day, 20261121")), ("YYMMDD", _("Day, 261121")),
]  # fmt: skip
RESETS = [
    ("none", _("Never")),
    ("year", _("Every year")),
    ("month", _("Every month")),
    ("day", _("Every day")),
]


class Numbering(
    CompanyOwned, label=_("Numbering"), plural=_("Numbering"), display="title", ordered_by="sequence",
    unique=[("sequence",)], icon="hash",
    names=("sequence",),
):  # fmt: skip
    """Prefix, date and running number, as in LEAD-202611-0042, with the counter of the running period.

    The counter is moved by one guarded statement in the transaction that creates the document. The day it is, is
    the company's.
    """

    sequence: Mapped[str] = field(_("Sequence"), readonly=True, sortable=True)
    title: Mapped[str] = field(_("Title"), searchable=True)
    prefix: Mapped[str | None] = field(_("Prefix"), default=None, max_length=20)
    date_pattern: Mapped[str | None] = selection(_("Date"), choices=DATE_PATTERNS, default=None)
    separator: Mapped[str | None] = field(
        _("Separator"), default=None, max_length=3, help=_("Stands between date and number.")
    )
    width: Mapped[int] = field(_("Digits"), default=5, minimum=1, maximum=12)
    reset: Mapped[str] = selection(_("Starts again"), choices=RESETS, default="none")
    period: Mapped[str | None] = field(_("Running period"), default=None, readonly=True)
    counter: Mapped[int] = field(_("Last number"), default=0, readonly=True)
    without_gaps: Mapped[bool] = field(
        _("Without gaps"), default=False, readonly=True,
        help=_(
            "A draft has a provisional number, which begins with *. The final number is drawn when the document is "
            "confirmed or posted, together with everything else that belongs to it: a draft that is deleted, or a step "
            "that is refused, leaves no gap."
        ),
    )  # fmt: skip
    drafts: Mapped[int] = field(_("Last provisional number"), default=0, readonly=True)
