"""The products of a contract and how much of them was called off."""

from decimal import Decimal
from typing import Any

from addons.crm_product.models import ConfiguredLine
from addons.crm_sales.models.contract import Contract
from core.api import Mapped, Option, _, computed, field, many2one, option


def left_to_call_off(line: Any) -> Decimal:
    """What orders may still call off, in the unit of the line."""
    return max((line.quantity or Decimal(0)) - (line.called_off or Decimal(0)), Decimal(0))


class ContractLine(
    ConfiguredLine, label=_("Contract line"), plural=_("Contract lines"), display="product",
    ordered_by="sequence", icon="package", part_of="document",
):  # fmt: skip
    """A product of the contract. Lines of several contract types stand in one contract."""

    document: Mapped[Contract] = many2one(_("Contract"), on_delete="part_of")
    kind: Mapped[Option | None] = option(_("Contract type"), list="crm_sales.contract_kind", default=None)
    called_off: Mapped[Decimal] = field(_("Called off"), default=Decimal(0), readonly=True)
    left: Mapped[Decimal] = computed(_("Left"), by=left_to_call_off, depends=("quantity", "called_off"))
