"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_base",
    title=_("Customers"),
    version="1.0.0",
    core=">=1.0,<2.0",
    summary=_("Customers, contacts, addresses, activities and tasks."),
    provides=[
        "crm_base.salesperson",
        "crm_base.sales_director",
        "crm_base.general_manager",
        "crm_base.market_director",
        "crm_base.sales_assistant",
        "crm_base.sales_partner",
    ],
)
