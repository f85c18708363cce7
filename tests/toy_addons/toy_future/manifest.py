"""Made for a kernel that does not exist yet."""

from core.api import Manifest, _

manifest = Manifest(name="toy_future", title=_("Future"), version="1.0.0", core=">=9.0,<10.0")
