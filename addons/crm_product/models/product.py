"""The product file."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from addons.crm_product.models.category import Category
from addons.crm_product.models.tax import Tax
from addons.crm_product.models.unit import Unit
from addons.crm_product.roles import COST_ROLES
from addons.crm_product.services.attribute_rows import add_missing
from addons.crm_product.services.variants import build_variant
from core.api import (
    CompanyOwned,
    Env,
    GoTo,
    Mapped,
    Option,
    StoredFile,
    Tracked,
    Where,
    _,
    action,
    and_,
    arg,
    computed,
    currency,
    current_env,
    field,
    file,
    longtext,
    many2one,
    money,
    number,
    one2many,
    option,
    select,
    selection,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_product.models.attribute import AttributeValue
    from addons.crm_product.models.configuration import ConfigOption, ConfigRule

KINDS = [("goods", _("Goods")), ("service", _("Service")), ("periodic", _("Delivered in periods"))]
PERIODS = [("issue", _("Issue")), ("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year"))]
STATUS = [("active", _("On sale")), ("inactive", _("No longer sold"))]


def margin(product: Any) -> Decimal | None:
    """What is left of the list price, in percent of it."""
    if not product.list_price or product.cost is None:
        return None
    return Decimal(100 * (product.list_price - product.cost) / product.list_price)


def can_be_configured(env: Env) -> Where:
    """Products on sale that have options."""
    option = env.info("crm_product.config_option").cls
    return and_(
        Product.status == "active",
        Product.id.in_(select(option.product_id).where(option.deleted_at.is_(None))),
    )


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
    currency: Mapped[str] = currency(_("Currency"))
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
    features: Mapped[str | None] = field(
        _("Attributes"), default=None, readonly=True, searchable=True, max_length=2000,
        help=_("What the attributes of the product say, for lists and search."),
    )  # fmt: skip
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

    base_product: Mapped["Product | None"] = many2one(_("Configured from"), default=None, readonly=True)
    configuration: Mapped[str | None] = field(
        _("Configuration"), default=None, readonly=True, searchable=True, max_length=200
    )
    attributes: Mapped[list["AttributeValue"]] = one2many(_("Attributes of a product"), back="product")
    options: Mapped[list["ConfigOption"]] = one2many(_("Options to choose"), back="product")
    rules: Mapped[list["ConfigRule"]] = one2many(_("Rules of a configuration"), back="product")
    variants: Mapped[list["Product"]] = one2many(_("Configured products"), back="base_product")

    @action(label=_("Add attributes of the category"), icon="list-numbers")
    def add_attributes(self) -> None:
        """Rows for all attributes of the category that the product says nothing of yet."""
        add_missing(current_env(), self)

    @action(label=_("Configure"), right="read", by=can_be_configured, icon="adjustments")
    def configure(self) -> GoTo:
        """Choose options, see what goes together and what it costs."""
        return GoTo(f"/p/crm_product.configurator?product={self.id}")

    @action(label=_("Make the configured product"), right="read", by=can_be_configured, icon="package")
    def build(
        self,
        code: Annotated[
            str,
            arg(
                _("Configuration"),
                help=_("Short codes of the choices, as the configurator puts them together."),
            ),
        ],
    ) -> "Product":
        """The product in this configuration with its price, to be chosen in documents like any other."""
        return build_variant(current_env(), self, code)
