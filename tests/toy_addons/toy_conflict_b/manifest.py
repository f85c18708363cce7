"""Adds a field that another addon adds as well."""

from core.api import Manifest, _

manifest = Manifest(name="toy_conflict_b", title=_("Conflict b"), version="1.0.0", depends=["toy_base"])
