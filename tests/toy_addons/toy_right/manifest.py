"""Extends the case from the right."""

from core.api import Manifest, _

manifest = Manifest(name="toy_right", title=_("Right side of cases"), version="1.0.0", depends=["toy_base"])
