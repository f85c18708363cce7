"""Implements an event with an argument that the event does not have."""

from core.api import Manifest, _

manifest = Manifest(name="toy_wrong_hook", title=_("Wrong hook"), version="1.0.0", depends=["toy_base"])
