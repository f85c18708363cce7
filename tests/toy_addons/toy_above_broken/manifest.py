"""Stands aside with toy_broken."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_above_broken",
    title=_("Above broken"),
    version="1.0.0",
    depends=["toy_broken"],
)
