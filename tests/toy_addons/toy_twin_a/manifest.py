from core.api import Manifest, _

manifest = Manifest(name="toy_twin_a", title=_("Twin a"), version="1.0.0", depends=[])
