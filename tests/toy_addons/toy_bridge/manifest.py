"""Extends both extensions by one class."""

from core.api import Manifest, _

manifest = Manifest(name="toy_bridge", title=_("Bridge"), version="1.0.0", depends=["toy_left", "toy_right"])
