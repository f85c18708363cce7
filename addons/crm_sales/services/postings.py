"""What the account of an order is made of: its postings, wherever they come from, as one table that SQL adds up.

This addon knows confirmations, deliveries, returns and costs; others answer `order_postings` with theirs. Each is read
through the caller's Env, so the account has those that the caller may see. An amount that is kept from the caller is
`UNKNOWN`, and so are all sums and balances that it would be part of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Date, Integer, Numeric, Text, null, union_all

from core.api import Env, case, cast, literal, select

UNKNOWN: Final = cast(literal("NaN"), Numeric)
"""PostgreSQL's NaN: whatever is added to it is NaN too."""


@dataclass(frozen=True)
class Posting:
    """Postings of one kind, as expressions over one model, narrowed by `where` to the orders that are asked for.

    `order` is the order's id, `record` the id of the row of `model` that its `number` leads to, `place` the id of the
    row that it is read from; `rank` orders postings of one day. `amounts` are by the key of the column that each stands
    in. Who may not see one of the fields `needs` does not have the posting.
    """

    order: Any
    day: Any
    kind: Any
    model: str
    record: Any
    number: Any
    amounts: Mapping[str, Any]
    source: Any
    where: Sequence[Any]
    rank: int
    place: Any
    text: Any = None
    needs: Sequence[Any] = ()
    perhaps: Sequence[tuple[Any, Any]] = ()
    """Further models with their conditions, whose rows are there or not, or are not for the caller."""


@dataclass(frozen=True)
class Book:
    """What one addon knows: its postings, and running balances as the columns that are added (1) or taken off (-1)."""

    postings: Sequence[Posting]
    balances: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def known(env: Env, attribute: Any, value: Any = None) -> Any:
    """The amount of a field, or another value that is made of it; UNKNOWN where the field is kept from the caller."""
    seen = env.seen(attribute)
    return case((seen.is_(None), UNKNOWN), else_=cast(seen if value is None else value, Numeric))


def together(env: Env, postings: Sequence[Posting], keys: Sequence[str]) -> Any:
    """One select of all of them, with a column for each key, nothing where a posting has none; None of no posting."""
    found = [_select(one, keys) for one in postings if _is_seen(env, one)]
    return union_all(*found) if found else None


def _is_seen(env: Env, posting: Posting) -> bool:
    return all(one.key in env.policy.readable(env.info(one.class_)) for one in posting.needs)


def _select(one: Posting, keys: Sequence[str]) -> Any:
    def text(value: Any) -> Any:
        return cast(null() if value is None else value, Text)

    amounts = [cast(one.amounts.get(key, null()), Numeric).label(key) for key in keys]
    columns = [
        one.order.label("order_id"), cast(one.day, Date).label("day"), cast(literal(one.rank), Integer).label("rank"),
        text(one.kind).label("kind"), text(literal(one.model)).label("model"), one.record.label("record"),
        one.place.label("place"), text(one.number).label("number"), text(one.text).label("text"),
    ]  # fmt: skip
    statement = select(*columns, *amounts).select_from(one.source).where(*one.where)
    for model, on in one.perhaps:
        statement = statement.outerjoin(model, on)
    return statement
