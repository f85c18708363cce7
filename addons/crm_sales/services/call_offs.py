"""Orders take quantities from the contract lines they were called off from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import Env, ValidationFailed, _, key_of


def plain(quantity: Decimal) -> str:
    """A quantity as people write it, without zeros behind."""
    return f"{quantity.normalize():f}"


def take(system: Env, lines: Sequence[Any]) -> None:
    """Count ordered quantities as called off; more than the contract has left is refused."""
    asked = _asked(system, lines)
    for contract_line, quantity in asked:
        if quantity > contract_line.left:
            text = _(
                "The contract has only {left} of “{product}” left, and {asked} are ordered.",
                left=plain(contract_line.left), asked=plain(quantity), product=str(contract_line.product),
            )  # fmt: skip
            raise ValidationFailed({"": [text]})
    _count(system, asked, 1)


def give_back(system: Env, lines: Sequence[Any]) -> None:
    """The quantities of cancelled orders can be called off again."""
    _count(system, _asked(system, lines), -1)


def _count(system: Env, asked: Sequence[tuple[Any, Decimal]], sign: int) -> None:
    with system.granting([one for one, _quantity in asked], "call_off"):
        for contract_line, quantity in asked:
            contract_line.called_off += sign * quantity


def _asked(system: Env, lines: Sequence[Any]) -> list[tuple[Any, Decimal]]:
    """Locked contract lines and what these order lines take of each."""
    from addons.crm_sales.models import ContractLine

    asked: dict[int, Decimal] = {}
    for line in lines:
        key = key_of(line, "contract_line")
        if key is not None:
            asked[key] = asked.get(key, Decimal(0)) + line.quantity
    found: list[Any] = system.lock(ContractLine, list(asked))
    return [(one, asked[one.id]) for one in found]
