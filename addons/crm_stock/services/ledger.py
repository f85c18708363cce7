"""Posting: entries are written and balances follow, under the lock of the levels.

Of many lines it takes one statement each to find, lock and write the levels and to insert the movements. Everything is
worked out in memory first; where any line lacks goods, nothing is written and every such line is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.levels import Pair, hold, without_limit
from addons.crm_stock.services.shortage import Shortage, refuse
from addons.crm_stock.services.valuation import Holding, Step, take_in, take_out
from core.api import Env


@dataclass(frozen=True, slots=True)
class Move:
    """What one line of a document does: `quantity` in the product's unit, negative when goods go."""

    product: int
    warehouse: int
    quantity: Decimal
    document: Any
    unit_cost: Decimal | None = None
    """Of goods that come in; None takes the present average."""
    cost: Decimal | None = None
    """Of the whole line, where it is known: what was paid, or what the reversed line was posted with."""
    place: str = ""
    """Where a shortage is told: the field of the line."""

    @property
    def pair(self) -> Pair:
        return self.product, self.warehouse


def post(env: Env, moves: Sequence[Move]) -> list[Step]:
    """Write these movements, all or none; gives what each did to the value. `env` is the kernel's own.

    Raises `ValidationFailed` where goods are missing: below what is reserved, or below zero.
    """
    from addons.crm_stock.models import Movement

    levels = hold(env, [move.pair for move in moves])
    free = without_limit(env, levels)
    held = {pair: Holding(one.on_hand, one.value, one.average_cost) for pair, one in levels.items()}
    steps: list[Step] = []
    rows: list[dict[str, Any]] = []
    short: list[Shortage] = []
    with env.granting(list(levels.values()), "post"):
        for move in moves:
            level = levels[move.pair]
            step = _step(held[move.pair], move)
            held[move.pair] = step.after
            if move.quantity < 0 and step.after.quantity < level.reserved and move.warehouse not in free:
                there = step.after.quantity - move.quantity - level.reserved
                short.append(Shortage(move.product, move.warehouse, -move.quantity, there, move.place))
            steps.append(step)
            rows.append(_row(env, level, move, step))
        refuse(env, short)
        for pair, level in levels.items():
            _settle(env, level, held[pair])
    env.create_many(Movement, rows)
    return steps


def _step(before: Holding, move: Move) -> Step:
    if move.quantity < 0:
        return take_out(before, -move.quantity, cost=move.cost)
    return take_in(before, move.quantity, move.unit_cost, cost=move.cost)


def _settle(env: Env, level: Any, now: Holding) -> None:
    level.on_hand, level.value, level.average_cost = now.quantity, now.value, now.average
    level.moved_at = _moment(env, level)


def _moment(env: Env, level: Any) -> Any:
    """Time never runs backwards in the ledger of a level, whichever transaction waited for which."""
    return env.now if level.moved_at is None else max(env.now, level.moved_at)


def _row(env: Env, level: Any, move: Move, step: Step) -> dict[str, Any]:
    from addons.crm_stock.models import StockIn

    document = move.document
    paper = "stock_in" if isinstance(document, StockIn) else "stock_out"
    each = abs(step.value / move.quantity) if move.quantity else step.after.average
    return {
        "level": level.id, "product": move.product, "warehouse": move.warehouse, "quantity": move.quantity,
        "posted_at": _moment(env, level), "reason": document.reason, "document": document.number,
        paper: document.id, "balance": step.after.quantity, "unit_cost": each, "value": step.value,
        "value_balance": step.after.value, "variance": step.variance,
    }  # fmt: skip
