"""Extends the case from the left."""

from core.api import Manifest, _

manifest = Manifest(name="toy_left", title=_("Left side of cases"), version="1.0.0", depends=["toy_base"])
