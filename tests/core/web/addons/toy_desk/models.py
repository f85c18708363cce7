"""Jobs on somebody's desk."""

from datetime import date, datetime

from core.api import CompanyOwned, Mapped, Owned, _, field


class Job(CompanyOwned, Owned, label=_("Job"), plural=_("Jobs"), display="title"):
    """Something to be done."""

    title: Mapped[str] = field(_("Title"), searchable=True, sortable=True)
    due: Mapped[date | None] = field(_("Due"), default=None, sortable=True)
    seen: Mapped[datetime | None] = field(_("Seen"), default=None)
