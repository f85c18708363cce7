"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_deals", title=_("Deals"), version="1.0.0", core=">=1.0,<2.0", summary=_("Deals with lines.")
)
