"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_selling",
    title=_("Orders"),
    version="1.0.0",
    core=">=1.0,<2.0",
    depends=["crm_leads"],
    summary=_("Orders."),
)
