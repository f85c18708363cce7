"""Bills with lines: the bench of part lists."""

from core.api import Manifest, _

manifest = Manifest(name="toy_bills", title=_("Bills"), version="1.0.0")
