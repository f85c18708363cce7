"""Price lists: whose prices they are, from when to when, and what costs how much."""

from datetime import date
from decimal import Decimal
from typing import Any

from addons.crm_base.models import Customer
from addons.crm_product.models.category import Category
from addons.crm_product.models.product import Product
from core.api import (
    CompanyOwned,
    Department,
    Mapped,
    Option,
    Tracked,
    _,
    computed,
    currency,
    field,
    many2one,
    money,
    one2many,
    option,
    selection,
)  # fmt: skip

PRICE_KINDS = [
    ("retail", _("Retail price")), ("wholesale", _("Wholesale price")), ("member", _("Member price")),
    ("special", _("Special price")),
]  # fmt: skip

CUSTOMER, LEVEL, CITY, PROVINCE, DEPARTMENT = 16, 8, 4, 2, 1


def specificity(price_list: Any) -> int:
    """How closely a list describes its customers: a single one above a level, a level above city and province."""
    return (
        CUSTOMER * (price_list.customer_id is not None) + LEVEL * (price_list.level_id is not None)
        + CITY * bool(price_list.city) + PROVINCE * bool(price_list.province)
        + DEPARTMENT * (price_list.department_id is not None)
    )  # fmt: skip


class PriceList(
    CompanyOwned,
    Tracked,
    label=_("Price list"),
    plural=_("Price lists"),
    ordered_by="name",
    icon="currency-yuan",
):
    """Prices for customers who meet all that the list says of them; for everybody where it says nothing."""

    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, max_length=120)
    kind: Mapped[str] = selection(_("Kind of price"), choices=PRICE_KINDS, default="retail", index=True)
    currency: Mapped[str | None] = currency(
        _("Currency"), default=None, help=_("Left empty, its discounts hold in every currency.")
    )
    tax_included: Mapped[bool] = field(_("Prices include tax"), default=True)
    priority: Mapped[int] = field(
        _("Priority"), default=0, minimum=-1000, maximum=1000, sortable=True,
        help=_("Of two lists that describe the customer equally closely, the higher one counts."),
    )  # fmt: skip
    customer: Mapped[Customer | None] = many2one(_("Customer"), default=None, on_delete="part_of")
    level: Mapped[Option | None] = option(_("Customer level"), list="crm_base.level", default=None)
    province: Mapped[str | None] = field(_("Province"), default=None, max_length=60)
    city: Mapped[str | None] = field(_("City"), default=None, max_length=60)
    department: Mapped[Department | None] = many2one(
        _("Branch or office"), default=None, help=_("The department that the customer's file names.")
    )
    valid_from: Mapped[date | None] = field(_("Valid from"), default=None, sortable=True)
    valid_until: Mapped[date | None] = field(_("Valid until"), default=None, sortable=True)
    active: Mapped[bool] = field(_("Active"), default=True)
    specificity: Mapped[int] = computed(
        _("Closeness"), by=specificity, depends=("customer", "level", "city", "province", "department"),
        help=_("How closely the list describes its customers; the closest list that has a price counts."),
    )  # fmt: skip
    items: Mapped[list["PriceItem"]] = one2many(_("Prices"), back="price_list")


def what_for(item: Any) -> str | None:
    """What the price is for, in one word."""
    target = item.product or item.category
    return target.name if target is not None else None


class PriceItem(
    CompanyOwned,
    label=_("Price"),
    plural=_("Prices"),
    display="subject",
    ordered_by="id",
    icon="tag",
    part_of="price_list",
):
    """A price or a discount on the list price: for a product, for a category and all below it, or for everything."""

    price_list: Mapped[PriceList] = many2one(_("Price list"), on_delete="part_of")
    product: Mapped[Product | None] = many2one(_("Product"), default=None, on_delete="part_of")
    category: Mapped[Category | None] = many2one(_("Category"), default=None, on_delete="part_of")
    subject: Mapped[str | None] = computed(
        _("For"), by=what_for, depends=("product.name", "category.name"), searchable=True
    )
    min_quantity: Mapped[Decimal] = field(
        _("From quantity"), default=Decimal(0), minimum=0, help=_("In the unit of the product.")
    )
    currency: Mapped[str | None] = computed(
        _("Currency"), by=lambda item: item.price_list.currency, depends=("price_list.currency",)
    )
    price: Mapped[Decimal | None] = money(
        _("Price"), default=None, currency="currency", minimum=0, help=_("For one unit of the product.")
    )
    discount: Mapped[Decimal | None] = field(
        _("Discount (%)"),
        default=None,
        minimum=0,
        maximum=100,
        help=_("Off this price, else off the product's list price."),
    )
    valid_from: Mapped[date | None] = field(_("Valid from"), default=None)
    valid_until: Mapped[date | None] = field(_("Valid until"), default=None)
