"""Points for stamps: there where both are."""

from core.i18n import _
from core.modules.manifest import Manifest

manifest = Manifest(
    name="toy_stamp_points", title=_("Points for stamps"), version="1.0.0", depends=["toy_points", "toy_stamps"],
    auto_install=True,
)  # fmt: skip
