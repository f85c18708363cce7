"""Crates, on top of the shop."""

from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(name="toy_crates", title=_("Crates"), version="1.0.0", depends=["toy_wares"])
