"""Never finishes its import."""

from core.api import Manifest, _

manifest = Manifest(name="toy_hang", title=_("Hang"), version="1.0.0")
