"""What the kernel needs to know of this addon."""

from core.api import Manifest, _

manifest = Manifest(name="toy_bills", title=_("Bills"), version="1.0.0", depends=["crm_product"])
