"""Money that will not come."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from addons.crm_finance.services import matching
from addons.crm_finance.services.money import check_amount, shown
from core.api import Env, ValidationFailed, _

if TYPE_CHECKING:
    from addons.crm_finance.models import Receivable


def write_off(env: Env, instalment: Receivable, amount: Decimal, reason: str) -> None:
    """So much of it is given up, with the reason; undoing the matching brings it back."""
    check_amount(amount, instalment.currency)
    if amount > instalment.open_amount:
        left = shown(instalment.open_amount, instalment.currency)
        raise ValidationFailed.at("amount", _("Only {left} is open.", left=left))
    matching.record(env, [matching.loss(instalment, amount, reason)])
