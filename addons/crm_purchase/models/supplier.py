"""The supplier file: who they are, whom we talk to, what they supply at which price."""

from decimal import Decimal
from typing import TYPE_CHECKING

from addons.crm_product.models import Product
from addons.crm_purchase.services import proposing
from core.api import (
    CompanyOwned,
    GoTo,
    Mapped,
    Owned,
    Tracked,
    _,
    action,
    computed,
    currency,
    current_env,
    email,
    field,
    longtext,
    many2one,
    money,
    number,
    one2many,
    phone,
    selection,
    url,
)  # fmt: skip

if TYPE_CHECKING:
    from addons.crm_purchase.models.order import PurchaseOrder

STATUS = [("active", _("Active")), ("inactive", _("No longer bought from"))]


class Supplier(
    CompanyOwned,
    Owned,
    Tracked,
    label=_("Supplier"),
    plural=_("Suppliers"),
    unique=[("code",)],
    icon="building",
):
    """A company that we buy from, with the terms of our purchase account there."""

    code: Mapped[str] = number(_("Code"), sequence="crm_purchase.supplier", sortable=True, searchable=True)
    name: Mapped[str] = field(
        _("Supplier name"), searchable=True, sortable=True, tracked=True, max_length=255, personal=True
    )
    status: Mapped[str] = selection(_("Status"), choices=STATUS, default="active", tracked=True, index=True)
    phone: Mapped[str | None] = phone(_("Phone"), default=None, searchable=True, personal=True)
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
    website: Mapped[str | None] = url(_("Website"), default=None, personal=True)
    province: Mapped[str | None] = field(_("Province"), default=None, sortable=True, max_length=60)
    city: Mapped[str | None] = field(_("City"), default=None, max_length=60)
    address: Mapped[str | None] = field(_("Address"), default=None, max_length=255, personal=True)
    return_address: Mapped[str | None] = field(
        _("Address for returns"), default=None, max_length=255, personal=True
    )
    tax_number: Mapped[str | None] = field(
        _("Tax number"), default=None, searchable=True, max_length=40, personal=True
    )
    bank: Mapped[str | None] = field(_("Bank"), default=None, max_length=120, personal=True)
    bank_account: Mapped[str | None] = field(_("Bank account"), default=None, max_length=60, personal=True)
    account_number: Mapped[str | None] = field(
        _("Our account there"), default=None, max_length=60, help=_("Our number as their customer.")
    )
    currency: Mapped[str] = currency(_("Currency"))
    payment_days: Mapped[int] = field(_("Days for payment"), default=30, minimum=0, maximum=365)
    delivery_terms: Mapped[str | None] = field(_("Terms of delivery"), default=None, max_length=255)
    lead_days: Mapped[int] = field(
        _("Lead time (days)"),
        default=7,
        minimum=0,
        maximum=1000,
        help=_("Where a product has none of its own."),
    )
    remarks: Mapped[str | None] = longtext(_("Remarks"), default=None, personal=True)
    contacts: Mapped[list["SupplierContact"]] = one2many(_("Contacts"), back="supplier")
    products: Mapped[list["SupplierProduct"]] = one2many(_("Supplied products"), back="supplier")
    orders: Mapped[list["PurchaseOrder"]] = one2many(_("Purchase orders"), back="supplier")

    @action(label=_("Look for what is missing"), icon="search")
    def look_for_needs(self) -> GoTo:
        """Proposals for all that is missing now, whoever supplies it."""
        proposing.propose_needs(current_env())
        return GoTo("/r/crm_purchase.proposal")


class SupplierContact(
    CompanyOwned,
    label=_("Contact of a supplier"),
    plural=_("Contacts of suppliers"),
    part_of="supplier",
    icon="user",
):
    """Somebody at a supplier."""

    supplier: Mapped[Supplier] = many2one(_("Supplier"), on_delete="part_of")
    name: Mapped[str] = field(_("Name"), searchable=True, sortable=True, max_length=120, personal=True)
    position: Mapped[str | None] = field(_("Position"), default=None, max_length=120)
    mobile: Mapped[str | None] = phone(_("Mobile phone"), default=None, searchable=True, personal=True)
    email: Mapped[str | None] = email(_("E-mail"), default=None, searchable=True, personal=True)
    address: Mapped[str | None] = field(_("Address"), default=None, max_length=255, personal=True)


class SupplierProduct(
    CompanyOwned, label=_("Supplied product"), plural=_("Supplied products"), display="their_code", part_of="supplier",
    unique=[("supplier", "product")], icon="package",
):  # fmt: skip
    """What a supplier sells us: their code, our price there, and how long it takes."""

    supplier: Mapped[Supplier] = many2one(_("Supplier"), on_delete="part_of")
    product: Mapped[Product] = many2one(_("Product"), on_delete="part_of")
    their_code: Mapped[str | None] = field(
        _("Their code"), default=None, searchable=True, sortable=True, max_length=60
    )
    currency: Mapped[str] = computed(
        _("Currency"), by=lambda one: one.supplier.currency, depends=("supplier.currency",)
    )
    price: Mapped[Decimal] = money(
        _("Purchase price"),
        currency="currency",
        minimum=0,
        sortable=True,
        help=_("For one unit of the product."),
    )
    min_quantity: Mapped[Decimal] = field(
        _("Least quantity"), default=Decimal(0), minimum=0, help=_("In the unit of the product.")
    )
    lead_days: Mapped[int | None] = field(_("Lead time (days)"), default=None, minimum=0, maximum=1000)
    is_preferred: Mapped[bool] = field(_("Preferred"), default=False)
