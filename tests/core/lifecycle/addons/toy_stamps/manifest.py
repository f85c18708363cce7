"""Stamps, on top of the shop."""

from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(name="toy_stamps", title=_("Stamps"), version="1.0.0", depends=["toy_wares"])
