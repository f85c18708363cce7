"""A bill and its lines."""

from addons.crm_product.models import PricedDocument, PricedLine
from core.api import CompanyOwned, Mapped, _, field, many2one, one2many


class Bill(CompanyOwned, PricedDocument, label=_("Bill"), plural=_("Bills"), display="title"):
    """A head with lines."""

    title: Mapped[str] = field(_("Title"))
    lines: Mapped[list["BillLine"]] = one2many(_("Lines"), back="document")


class BillLine(PricedLine, label=_("Line of a bill"), plural=_("Lines of bills"), display="description"):
    """What is billed."""

    document: Mapped[Bill] = many2one(_("Bill"), on_delete="part_of")
