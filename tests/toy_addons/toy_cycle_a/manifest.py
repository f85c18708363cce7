"""Needs toy_cycle_b, which needs it."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_cycle_a",
    title=_("Cycle A"),
    version="1.0.0",
    depends=["toy_base", "toy_cycle_b"],
)
