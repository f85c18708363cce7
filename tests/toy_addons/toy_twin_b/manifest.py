from core.api import Manifest, _

manifest = Manifest(name="toy_twin_b", title=_("Twin b"), version="1.0.0", depends=[])
