"""Says that it cannot work beside toy_left."""

from core.api import Manifest, _

manifest = Manifest(
    name="toy_rival",
    title=_("Rival"),
    version="1.0.0",
    depends=["toy_base"],
    conflicts=["toy_left"],
)
