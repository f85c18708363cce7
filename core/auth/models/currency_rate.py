"""What other currencies are worth to a company."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from core.i18n import LazyString, _
from core.i18n.currencies import CurrencyName, currency_codes
from core.orm.fields import field, selection
from core.orm.model import CompanyOwned, Tracked

SMALLEST_RATE = Decimal("0.00000001")


def currency_choices(_composed: Any) -> tuple[tuple[str, LazyString], ...]:
    """All currencies by code."""
    return tuple((code, CurrencyName(code)) for code in currency_codes())


class CurrencyRate(
    CompanyOwned, Tracked, label=_("Exchange rate"), plural=_("Exchange rates"), display="currency",
    ordered_by="-valid_from", unique=[("currency", "valid_from")], icon="currency-yuan",
):  # fmt: skip
    """From a day on, one unit of a currency is worth so much in the company's own. It holds until the next one."""

    currency: Mapped[str] = selection(_("Currency"), choices=currency_choices)
    valid_from: Mapped[date] = field(_("Valid from"), default=lambda env: env.today, sortable=True)
    rate: Mapped[Decimal] = field(
        _("Rate"), minimum=SMALLEST_RATE, tracked=True, help=_("The company's currency for one unit.")
    )
