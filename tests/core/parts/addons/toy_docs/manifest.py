"""Documents with lines: the bench of parts and totals."""

from core.api import Manifest, _

manifest = Manifest(name="toy_docs", title=_("Documents"), version="1.0.0")
