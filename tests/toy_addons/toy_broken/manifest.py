"""Raises while it is imported."""

from core.api import Manifest, _

manifest = Manifest(name="toy_broken", title=_("Broken"), version="1.0.0", depends=["toy_base"])
