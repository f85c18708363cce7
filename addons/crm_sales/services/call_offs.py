"""Orders take quantities from the contract lines they were called off from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import Env, ValidationFailed, _, key_of


def take(system: Env, lines: Sequence[Any]) -> None:
    """Count ordered quantities as called off; more than the contract has left is refused."""
    for contract_line, asked in _asked(system, lines):
        left = contract_line.quantity - contract_line.called_off
        if asked > left:
            text = _(
                "The contract has only {left} of “{product}” left, and {asked} are ordered.",
                left=left.normalize(), asked=asked.normalize(), product=str(contract_line.product),
            )  # fmt: skip
            raise ValidationFailed({"": [text]})
        contract_line.called_off += asked
    system.flush()


def give_back(system: Env, lines: Sequence[Any]) -> None:
    """The quantities of cancelled orders can be called off again."""
    for contract_line, asked in _asked(system, lines):
        contract_line.called_off -= asked
    system.flush()


def _asked(system: Env, lines: Sequence[Any]) -> list[tuple[Any, Decimal]]:
    """Locked contract lines and what these order lines take of each."""
    from addons.crm_sales.models import ContractLine

    asked: dict[int, Decimal] = {}
    for line in lines:
        key = key_of(line, "contract_line")
        if key is not None:
            asked[key] = asked.get(key, Decimal(0)) + line.quantity
    locked = system.lock(ContractLine, sorted(asked)) if asked else []
    return [(one, asked[one.id]) for one in locked]
