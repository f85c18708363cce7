"""A whole small addon for the others to build on."""

from core.api import Manifest, _

manifest = Manifest(name="toy_base", title=_("Cases"), version="1.0.0", summary="Things to be closed.")
