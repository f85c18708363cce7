"""Extends both extensions, each by a class of its own."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_diamond",
    title=_("Diamond"),
    version="1.0.0",
    depends=["toy_left", "toy_right"],
)
