"""A slip and its lines."""

from addons.crm_product.models import PricedDocument, PricedLine
from core.api import CompanyOwned, Mapped, _, field, many2one, one2many


class Slip(CompanyOwned, PricedDocument, label=_("Slip"), plural=_("Slips"), display="title"):
    """A head with lines."""

    title: Mapped[str] = field(_("Title"))
    lines: Mapped[list["SlipLine"]] = one2many(_("Lines"), back="document")


class SlipLine(
    PricedLine,
    part_of="document",
    label=_("Line of a slip"),
    plural=_("Lines of slips"),
    display="description",
):
    """What is on it."""

    document: Mapped[Slip] = many2one(_("Slip"), on_delete="part_of")
