"""Listens to what happens to cases."""

from core.api import Manifest, _

manifest = Manifest(name="toy_listener", title=_("Listener"), version="1.0.0", depends=["toy_base"])
