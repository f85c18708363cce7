"""A sales order."""

from addons.crm_base.models import Customer
from core.api import CompanyOwned, Mapped, Owned, _, field, many2one


class Order(CompanyOwned, Owned, label=_("Order"), plural=_("Orders"), display="title"):
    """A draft order of a customer."""

    title: Mapped[str] = field(_("Title"))
    customer: Mapped[Customer] = many2one(_("Customer"))
