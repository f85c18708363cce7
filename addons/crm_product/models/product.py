"""The product file."""

from decimal import Decimal
from typing import Any

from addons.crm_product.models.category import Category
from addons.crm_product.models.tax import Tax
from addons.crm_product.models.unit import Unit
from addons.crm_product.roles import COST_ROLES
from addons.crm_product.services.currencies import company_currency
from core.api import (
    CompanyOwned,
    Mapped,
    Option,
    StoredFile,
    Tracked,
    _,
    computed,
    field,
    file,
    longtext,
    many2one,
    money,
    number,
    option,
    selection,
)  # fmt: skip

KINDS = [("goods", _("Goods")), ("service", _("Service")), ("periodic", _("Delivered in periods"))]
PERIODS = [("issue", _("Issue")), ("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year"))]
STATUS = [("active", _("On sale")), ("inactive", _("No longer sold"))]


def margin(product: Any) -> Decimal | None:
    """What is left of the list price, in percent of it."""
    if not product.list_price or product.cost is None:
        return None
    return Decimal(100 * (product.list_price - product.cost) / product.list_price)


class Product(
    CompanyOwned,
    Tracked,
    label=_("Product"),
    plural=_("Products"),
    unique=[("code",)],
    ordered_by="code",
    icon="package",
):
    """Something that is sold or bought: goods, a service, or what is delivered in periods."""

    code: Mapped[str] = number(
        _("Code"), sequence="crm_product.product", readonly=False, sortable=True, searchable=True, max_length=60,
        help=_("Left empty, it is drawn from the numbering of the category, else of products."),
    )  # fmt: skip
    name: Mapped[str] = field(_("Product name"), searchable=True, sortable=True, tracked=True, max_length=255)
    kind: Mapped[str] = selection(_("Kind of product"), choices=KINDS, default="goods", index=True)
    status: Mapped[str] = selection(_("Status"), choices=STATUS, default="active", tracked=True, index=True)
    category: Mapped[Category | None] = many2one(_("Category"), default=None)
    brand: Mapped[Option | None] = option(_("Brand"), list="crm_product.brand", default=None)
    product_line: Mapped[Option | None] = option(_("Product line"), list="crm_product.line", default=None)
    model_no: Mapped[str | None] = field(_("Model"), default=None, searchable=True, max_length=80)
    specification: Mapped[str | None] = field(
        _("Specification"), default=None, searchable=True, max_length=255
    )
    unit: Mapped[Unit] = many2one(_("Unit"))
    currency: Mapped[str] = field(_("Currency"), default=company_currency, max_length=3)
    list_price: Mapped[Decimal] = money(
        _("List price"), default=Decimal(0), currency="currency", minimum=0, sortable=True, tracked=True
    )
    tax_included: Mapped[bool] = field(_("List price includes tax"), default=True)
    cost: Mapped[Decimal | None] = money(
        _("Cost"), default=None, currency="currency", minimum=0, tracked=True, visible_to=COST_ROLES,
        help=_("Purchase price or cost of production of one unit."),
    )  # fmt: skip
    margin: Mapped[Decimal | None] = computed(
        _("Margin (%)"), by=margin, depends=("list_price", "cost"), visible_to=COST_ROLES
    )
    tax: Mapped[Tax | None] = many2one(_("Tax rate"), default=None)
    warranty_months: Mapped[int | None] = field(_("Warranty (months)"), default=None, minimum=0, maximum=1200)
    image: Mapped[StoredFile | None] = file(_("Image"), default=None)
    description: Mapped[str | None] = longtext(_("Description"), default=None)
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None)

    periods: Mapped[int] = field(
        _("Number of periods"), default=1, minimum=1, maximum=1000,
        help=_("Deliveries and collections in instalments that one sale leads to."),
    )  # fmt: skip
    period_unit: Mapped[str | None] = selection(_("Period"), choices=PERIODS, default=None)
    issue_days: Mapped[int] = field(
        _("Days between issues"), default=7, minimum=1, maximum=366, help=_("Where the period is an issue.")
    )
