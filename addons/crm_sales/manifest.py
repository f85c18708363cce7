"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="crm_sales",
    title=_("Sales orders"),
    version="1.2.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_product"],
    summary=_(
        "Quotes and contracts become orders; orders are fulfilled by tasks, deliveries and instalments."
    ),
)
