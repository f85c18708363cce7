"""What documents with prices have in common, whoever they go to: quotes, orders, purchase orders.

A document is a `PricedDocument`, each of its lines a `PricedLine` that points to it by the relation `document`::

    class Quote(CompanyOwned, PricedDocument, label=_("Quote")):
        lines: Mapped[list["QuoteLine"]] = one2many(_("Lines"), back="document")

    class QuoteLine(PricedLine, part_of="document", label=_("Line of a quote")):
        document: Mapped[Quote] = many2one(_("Quote"), on_delete="part_of")

The names `document` and `lines` are the same everywhere, because amounts of lines follow from the document and its
totals from the lines.
"""

from decimal import Decimal
from typing import Any

from addons.crm_product.models.product import Product
from addons.crm_product.models.tax import Tax
from addons.crm_product.models.unit import Unit
from addons.crm_product.services.amounts import Amounts, half_up, line_amounts
from core.api import (
    CompanyOwned,
    LazyString,
    Mapped,
    Model,
    _,
    computed,
    decimals_of,
    field,
    longtext,
    many2one,
    money,
    sentence,
)
from core.api import currency as currency_field
from core.api import total as sum_of

_DEPENDS = (
    "quantity", "unit_price", "discount", "allowance", "tax.rate", "document.currency", "document.discount",
    "document.prices_include_tax",
)  # fmt: skip


def amounts_of(line: Any) -> Amounts:
    """Net, tax and gross of a line of a document."""
    document = line.document
    if document is None:
        return line_amounts(0, 0)
    return line_amounts(
        line.quantity or 0,
        line.unit_price or 0,
        discounts=(line.discount or 0, document.discount or 0),
        allowance=line.allowance or 0,
        tax_rate=line.tax.rate if line.tax is not None else 0,
        tax_included=bool(document.prices_include_tax),
        decimals=decimals_of(document.currency),
    )


def in_company_currency(document: Any) -> Decimal:
    """The total at the rate that the document keeps."""
    total = (document.total or Decimal(0)) * (document.exchange_rate or 1)
    return half_up(total, decimals_of(document.company_currency))


class PricedLine(CompanyOwned, mixin=True):
    """A product in a quantity at a price, with discount and tax, in the currency of its document."""

    sequence: Mapped[int] = field(_("Position"), default=10)
    product: Mapped[Product] = many2one(_("Product"))
    description: Mapped[str | None] = longtext(_("Description"), default=None)
    quantity: Mapped[Decimal] = field(_("Quantity"), default=Decimal(1), minimum=0)
    unit: Mapped[Unit] = many2one(_("Unit"))
    unit_price: Mapped[Decimal] = money(_("Unit price"), currency="currency", minimum=0)
    discount: Mapped[Decimal] = field(_("Discount (%)"), default=Decimal(0), minimum=0, maximum=100)
    tax: Mapped[Tax | None] = many2one(_("Tax rate"), default=None)
    allowance: Mapped[Decimal] = money(
        _("Share of the allowance"), default=Decimal(0), currency="currency", readonly=True,
        help=_("This line's part of the amount by which an agreed total is lower than the sum."),
    )  # fmt: skip
    price_reason: Mapped[LazyString | None] = sentence(_("Why this price"), default=None)
    currency: Mapped[str] = computed(
        _("Currency"),
        by=lambda line: line.document.currency if line.document else None,
        depends=("document.currency",),
    )
    net: Mapped[Decimal] = computed(
        _("Net amount"), by=lambda line: amounts_of(line).net, depends=_DEPENDS, currency="currency"
    )
    tax_amount: Mapped[Decimal] = computed(
        _("Tax"), by=lambda line: amounts_of(line).tax, depends=_DEPENDS, currency="currency"
    )
    gross: Mapped[Decimal] = computed(
        _("Gross amount"), by=lambda line: amounts_of(line).gross, depends=_DEPENDS, currency="currency"
    )


class PricedDocument(Model, mixin=True):
    """The head of a document with prices: currency with its rate, how prices are meant, and the totals of its lines."""

    currency: Mapped[str] = currency_field(_("Currency"))
    company_currency: Mapped[str] = currency_field(_("Currency of the company"), readonly=True)
    exchange_rate: Mapped[Decimal] = field(
        _("Exchange rate"), default=None, minimum=Decimal("0.00000001"),
        help=_("The company's currency for one unit of the document's; left empty, that of today."),
    )  # fmt: skip
    prices_include_tax: Mapped[bool] = field(_("Prices include tax"), default=True)
    discount: Mapped[Decimal] = field(
        _("Discount on everything (%)"), default=Decimal(0), minimum=0, maximum=100
    )
    net: Mapped[Decimal] = sum_of(_("Net total"), of="lines", sum="net", currency="currency")
    tax: Mapped[Decimal] = sum_of(_("Tax total"), of="lines", sum="tax_amount", currency="currency")
    total: Mapped[Decimal] = sum_of(_("Total"), of="lines", sum="gross", currency="currency", sortable=True)
    company_total: Mapped[Decimal] = computed(
        _("Total in the company's currency"), by=in_company_currency,
        depends=("total", "exchange_rate", "company_currency"), currency="company_currency", sortable=True,
    )  # fmt: skip
