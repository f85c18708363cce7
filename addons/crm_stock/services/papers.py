"""Stock-in and stock-out documents: posting them, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from addons.crm_stock.hookspecs import stock_posted, stock_reversing
from addons.crm_stock.services import ledger
from addons.crm_stock.services.ledger import Move
from addons.crm_stock.services.quantities import own_quantities, products_of
from addons.crm_stock.services.valuation import Step, amount
from addons.crm_stock.states import POSTED, REVERSED
from core.api import Env, LazyString, StateForbids, ValidationFailed, _, select


def post(env: Env, documents: Sequence[Any]) -> None:
    """Post drafts of one model, all or none. The number of statements does not depend on documents or lines.

    Raises `ValidationFailed` at lines that cannot be posted or lack goods.
    """
    system = env.sudo(_("posting of stock documents"))
    lines = _lines(system, documents)
    _check_lines(documents, lines)
    products = products_of(system, {line.product_id for line in lines})
    quantities = own_quantities(system, lines, products)
    by_id = {one.id: one for one in documents}
    moves = [
        _move(by_id[line.document_id], place, line, quantity, products[line.product_id])
        for place, (line, quantity) in enumerate(zip(lines, quantities, strict=True))
    ]
    _write(system, documents, lines, moves)
    stock_posted(env=env, documents=documents)


def reverse_by_hand(env: Env, documents: Sequence[Any], reason: str) -> None:
    """Reverse what no other paper answers for: addons refuse the others."""
    for one in documents:
        if one.reverses_id is not None:
            raise StateForbids(_("{number} itself takes another document back.", number=one.number))
    stock_reversing(env=env, documents=documents)
    reverse(env, documents, reason)


def reverse(env: Env, documents: Sequence[Any], reason: str) -> list[Any]:
    """Take posted documents of one model back by further ones with negative quantities, at the posted values."""
    system = env.sudo(_("reversing of stock documents"))
    model = type(documents[0])
    lines = _lines(system, documents)
    ids = system.create_many(model, [_contrary(one, reason) for one in documents])
    contraries = dict(zip((one.id for one in documents), ids, strict=True))
    system.create_many(type(lines[0]), [
        {"document": contraries[line.document_id], "sequence": line.sequence, "product": line.product_id,
         "quantity": -line.quantity, "unit": line.unit_id}
        for line in lines
    ])  # fmt: skip
    made = system.get_many(model, ids)
    back = _lines(system, made)
    by_id = {one.id: one for one in made}
    moves = [
        Move(
            old.product_id, by_id[line.document_id].warehouse_id, -_sign(made[0]) * old.posted_quantity,
            by_id[line.document_id], cost=old.posted_value, place=f"lines.{place}.quantity",
        )
        for place, (line, old) in enumerate(zip(back, lines, strict=True))
    ]  # fmt: skip
    _write(system, made, back, moves)
    with system.granting(documents, "reverse"):
        for one in documents:
            one.state, one.reverse_reason = REVERSED, reason
    return made


def _contrary(document: Any, reason: str) -> dict[str, Any]:
    return {
        "warehouse": document.warehouse_id, "reason": document.reason, "source": document.number,
        "remarks": reason, "reverses": document.id,
    }  # fmt: skip


def _lines(env: Env, documents: Sequence[Any]) -> list[Any]:
    """The lines of the documents, in one statement, in the order in which people see them."""
    from addons.crm_stock.models import StockInLine, StockOutLine

    cls = env.info(StockOutLine if _sign(documents[0]) < 0 else StockInLine).cls
    ids = [one.id for one in documents]
    found = env.scalars(select(cls).where(cls.document_id.in_(ids), cls.deleted_at.is_(None)))
    return _in_order(found, documents)


def _in_order(lines: Sequence[Any], documents: Sequence[Any]) -> list[Any]:
    places = {one.id: place for place, one in enumerate(documents)}
    return sorted(lines, key=lambda line: (places[line.document_id], line.sequence, line.id))


def _sign(document: Any) -> int:
    from addons.crm_stock.models import StockOut

    return -1 if isinstance(document, StockOut) else 1


def _check_lines(documents: Sequence[Any], lines: Sequence[Any]) -> None:
    filled = {line.document_id for line in lines}
    for one in documents:
        if one.id not in filled:
            raise ValidationFailed({"": [_("{number} has no lines.", number=one.number)]})
    problems: dict[str, list[LazyString]] = {
        f"lines.{place}.quantity": [_("The quantity must be more than zero.")]
        for place, line in enumerate(lines) if line.quantity <= 0
    }  # fmt: skip
    if problems:
        raise ValidationFailed(problems)


def _move(document: Any, place: int, line: Any, quantity: Decimal, product: Any) -> Move:
    cost: Decimal | None = None
    if (each := getattr(line, "unit_cost", None)) is not None:
        cost = amount(line.quantity * each)
    return Move(
        line.product_id, document.warehouse_id, _sign(document) * quantity, document,
        unit_cost=product.cost, cost=cost, place=f"lines.{place}.quantity",
    )  # fmt: skip


def _write(env: Env, documents: Sequence[Any], lines: Sequence[Any], moves: Sequence[Move]) -> None:
    """Movements and balances, and on the papers what was posted and when. Movements name the final numbers."""
    env.settle_numbers(documents, POSTED)
    steps = ledger.post(env, moves)
    with env.granting([*documents, *lines], "post"):
        for line, move, step in zip(lines, moves, steps, strict=True):
            _note(line, move, step, _sign(documents[0]))
        for one in documents:
            one.state, one.posted_at, one.posted_by_id = POSTED, env.now, env.user_id or None


def _note(line: Any, move: Move, step: Step, sign: int) -> None:
    line.posted_quantity = sign * move.quantity
    line.posted_value = sign * step.value + (step.variance if sign > 0 else 0)


def make_and_post(
    env: Env,
    model: type[Any],
    heads: Sequence[Mapping[str, Any]],
    lines: Sequence[Sequence[Mapping[str, Any]]],
) -> list[Any]:
    """Documents of one model with their lines, posted at once: how other addons bring goods in and out.

    Two statements make them, whatever their number; they belong to the company, and need no right of the caller's.
    """
    from addons.crm_stock.models import StockIn, StockInLine, StockOutLine

    system = env.sudo(_("stock documents of other papers"))
    ids = system.create_many(model, heads)
    part = StockInLine if model is StockIn else StockOutLine
    rows = [
        {"sequence": (place + 1) * 10, **line, "document": key}
        for key, of_one in zip(ids, lines, strict=True)
        for place, line in enumerate(of_one)
    ]
    system.create_many(part, rows)
    made = system.get_many(model, ids)
    post(env, made)
    return made
