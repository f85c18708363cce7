"""Rates of value added tax."""

from decimal import Decimal

from core.api import CompanyOwned, Mapped, _, field, translated


class Tax(CompanyOwned, label=_("Tax rate"), plural=_("Tax rates"), ordered_by="-rate", icon="currency-yuan"):
    """A rate that lines of documents are taxed at. A new rate is a new record: documents keep theirs."""

    name: Mapped[dict[str, str]] = translated(_("Name"), sortable=True)
    rate: Mapped[Decimal] = field(_("Rate (%)"), minimum=0, maximum=100, sortable=True)
    active: Mapped[bool] = field(_("Active"), default=True)
