"""The other one has a `Slip` as well, and means its own."""

from core.api import CompanyOwned, Mapped, _, field, many2one, one2many


class Bundle(CompanyOwned, label=_("Bundle"), plural=_("Bundles")):
    """Names its slips by a name that two addons have."""

    name: Mapped[str] = field(_("Name"))
    slips: Mapped[list["Slip"]] = one2many(_("Slips"), back="bundle_b")


class Slip(CompanyOwned, label=_("Slip"), plural=_("Slips")):
    """Points back by a field of its own."""

    name: Mapped[str] = field(_("Name"))
    bundle_b: Mapped[Bundle] = many2one(_("Bundle"))
