"""What Keyuan needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="acme_gold",
    title=_("Gold cards"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base", "crm_leads"],
    summary=_("Customers who buy much get a gold card."),
)
