"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(name="toy_slips", title=_("Slips"), version="1.0.0", depends=["crm_product"])
