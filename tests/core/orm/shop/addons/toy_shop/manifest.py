"""A small shop that has every kind of field and relation: the bench of reading and writing."""

from core.api import Manifest, _

manifest = Manifest(name="toy_shop", title=_("Shop"), version="1.0.0")
