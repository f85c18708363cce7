"""Needs toy_cycle_a, which needs it."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_cycle_b",
    title=_("Cycle B"),
    version="1.0.0",
    depends=["toy_base", "toy_cycle_a"],
)
