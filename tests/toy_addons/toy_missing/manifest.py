"""Needs an addon that does not exist."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_missing",
    title=_("Missing"),
    version="1.0.0",
    depends=["toy_base", "toy_nowhere"],
)
