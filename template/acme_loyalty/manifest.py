"""What Keyuan needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="acme_loyalty",
    title=_("Acme loyalty"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_base"],
    summary=_("Loyalty tiers of customers, and the rewards that belong to them."),
)
