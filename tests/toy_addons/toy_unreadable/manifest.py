"""A version that is none."""

from core.api import Manifest, _

manifest = Manifest(name="toy_unreadable", title=_("Unreadable"), version="one")
