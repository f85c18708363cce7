"""The supplier file."""

from addons.crm_purchase.models import PurchaseOrder, Supplier, SupplierContact, SupplierProduct
from core.api import (
    Env,
    FormView,
    ListView,
    Where,
    _,
    button,
    group,
    header,
    notebook,
    page,
    preset,
    related,
    show,
)


def in_use(env: Env) -> Where:
    """Suppliers that we buy from."""
    return Supplier.status == "active"


class SupplierList(ListView[Supplier]):
    columns = [
        Supplier.code, Supplier.name, Supplier.status, Supplier.phone, Supplier.city, Supplier.owner,
        Supplier.payment_days, Supplier.lead_days, Supplier.currency,
    ]  # fmt: skip
    order = "code"
    presets = [preset("active", _("Bought from"), in_use, default=True), preset("all", _("All suppliers"))]
    filters = [Supplier.status, Supplier.province, Supplier.owner, Supplier.currency]
    groups = [Supplier.owner, Supplier.status]


class SupplierForm(FormView[Supplier]):
    layout = [
        header(button(Supplier.look_for_needs)),
        group(
            _("Supplier"), show(Supplier.name, wide=True), Supplier.code, Supplier.status, Supplier.phone,
            Supplier.email, Supplier.website, Supplier.province, Supplier.city, Supplier.address,
            Supplier.return_address, show(Supplier.owner),
        ),
        group(
            _("Account and terms"), Supplier.account_number, Supplier.currency, Supplier.payment_days,
            Supplier.lead_days, Supplier.delivery_terms, Supplier.tax_number, Supplier.bank, Supplier.bank_account,
            key="terms",
        ),
        notebook(
            page(
                _("Supplied products"),
                related(
                    Supplier.products,
                    columns=[SupplierProduct.product, SupplierProduct.their_code, SupplierProduct.price,
                             SupplierProduct.min_quantity, SupplierProduct.lead_days, SupplierProduct.is_preferred],
                ),
            ),
            page(
                _("Contacts"),
                related(
                    Supplier.contacts,
                    columns=[SupplierContact.name, SupplierContact.position, SupplierContact.mobile,
                             SupplierContact.email],
                ),
            ),
            page(
                _("Purchase orders"),
                related(
                    Supplier.orders, order="-id",
                    columns=[PurchaseOrder.number, PurchaseOrder.ordered_on, PurchaseOrder.total, PurchaseOrder.state],
                ),
            ),
            page(_("Remarks"), Supplier.remarks),
        ),
    ]  # fmt: skip


class SupplierContactList(ListView[SupplierContact]):
    columns = [SupplierContact.supplier, SupplierContact.name, SupplierContact.mobile, SupplierContact.email]
    filters = [SupplierContact.supplier]


class SupplierContactForm(FormView[SupplierContact]):
    layout = [
        group(_("Contact of a supplier"), SupplierContact.supplier, SupplierContact.name, SupplierContact.position,
              SupplierContact.mobile, SupplierContact.email, SupplierContact.address),
    ]  # fmt: skip


class SupplierProductList(ListView[SupplierProduct]):
    columns = [
        SupplierProduct.product, SupplierProduct.supplier, SupplierProduct.their_code, SupplierProduct.price,
        SupplierProduct.min_quantity, SupplierProduct.lead_days, SupplierProduct.is_preferred,
    ]  # fmt: skip
    filters = [
        SupplierProduct.product,
        SupplierProduct.supplier,
        SupplierProduct.price,
        SupplierProduct.is_preferred,
    ]
    groups = [SupplierProduct.product, SupplierProduct.supplier]


class SupplierProductForm(FormView[SupplierProduct]):
    layout = [
        group(_("Supplied product"), SupplierProduct.supplier, SupplierProduct.product, SupplierProduct.their_code,
              SupplierProduct.price, SupplierProduct.min_quantity, SupplierProduct.lead_days,
              SupplierProduct.is_preferred),
    ]  # fmt: skip
