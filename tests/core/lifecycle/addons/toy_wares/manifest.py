"""The shop."""

from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(name="toy_wares", title=_("Shop"), version="1.0.0")
