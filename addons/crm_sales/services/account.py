"""The account of orders: what was brought forward, each posting with the balances after it, and the sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Date, Integer, Numeric, Text, null, true, union_all

from addons.crm_sales.hookspecs import order_postings
from addons.crm_sales.services.own_postings import own_book
from addons.crm_sales.services.postings import Book, together
from core.api import Env, Linked, cast, func, literal, or_, select

BROUGHT, POSTING, CLOSING = 0, 1, 2
_ROW: Final = ("day", "rank", "kind", "model", "record", "place", "number", "text")
_TYPES: Final[Mapping[str, Any]] = {"day": Date, "rank": Integer, "record": BigInteger, "place": BigInteger}


@dataclass(frozen=True)
class Period:
    """From which day to which day, both included; None for all before or after."""

    since: date | None
    until: date | None


class Account:
    """The account of some orders, a select of their ids, for the caller of the Env. All their postings are added up,
    so whoever has many orders asks for some after some (`account_pages`).

    Postings that add to no column of `shown` are left out: they would say nothing, or what is not for everybody.
    """

    def __init__(self, env: Env, orders: Any, period: Period, shown: Collection[str]) -> None:
        self.env, self.period = env, period
        books: list[Book] = [own_book(env, orders), *order_postings(env=env, orders=orders)]
        known = [one for book in books for one in book.postings]
        postings = [one for one in known if not one.amounts.keys().isdisjoint(shown)]
        self.columns = list(dict.fromkeys(key for one in known for key in one.amounts))
        self.balances = {key: parts for book in books for key, parts in book.balances.items()}
        found = together(env, postings, self.columns)
        self._all: Any = None if found is None else found.cte("postings")

    def rows(self, limit: int, offset: int, *, only_sums: bool = False) -> list[dict[str, Any]]:
        """Rows by column, order after order by their dates: one statement, which reads what is asked for."""
        from addons.crm_sales.models import Order

        if self._all is None:
            return []
        order: Any = self.env.info(Order).cls
        parts = [self._sums()] if only_sums else [self._brought(), self._postings(), self._sums()]
        row = union_all(*(one for one in parts if one is not None)).subquery("rows")
        found = self.env.rows(
            select(row, self.env.seen(Order.currency).label("currency"))
            .join(order, order.id == row.c.order_id)
            .order_by(
                order.ordered_on,
                order.id,
                row.c.part,
                row.c.day,
                row.c.rank,
                row.c.model,
                row.c.record,
                row.c.place,
            )
            .limit(limit)
            .offset(offset)
        )
        return [self._row(one._mapping) for one in found]

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        leads = row["record"] is not None and row["number"] is not None
        return {
            "sales_order": row["order_id"], "day": row["day"], "kind": row["kind"], "text": row["text"] or None,
            "document": Linked(row["model"], row["record"], row["number"]) if leads else None,
            "currency": row["currency"], **{key: _told(row[key]) for key in (*self.columns, *self.balances)},
        }  # fmt: skip

    def _change(self, balance: str) -> Any:
        """What a posting adds to a balance."""
        parts = self.balances[balance]
        found: Any = literal(Decimal(0))
        for key, sign in parts.items():
            found = found + sign * func.coalesce(self._all.c[key], 0)
        return found

    @property
    def _within(self) -> Any:
        return self._all.c.day <= self.period.until if self.period.until is not None else true()

    @property
    def _in_period(self) -> Any:
        return self._all.c.day >= self.period.since if self.period.since is not None else true()

    def _postings(self) -> Any:
        """Balances are over everything before, and rows those of the period."""
        one = self._all.c
        order_by = (one.day, one.rank, one.model, one.record, one.place)
        running = [
            func.sum(self._change(key)).over(partition_by=one.order_id, order_by=order_by).label(key)
            for key in self.balances
        ]
        row = select(self._all, *running).where(self._within).subquery("running").c
        wanted = (row[key] for key in (*_ROW, *self.columns, *self.balances))
        found = select(row.order_id, literal(POSTING).label("part"), *wanted)
        return found if self.period.since is None else found.where(row.day >= self.period.since)

    def _brought(self) -> Any:
        since = self.period.since
        if since is None:
            return None
        before = self._all.c.day < since
        balances = [func.sum(self._change(key)).filter(before).label(key) for key in self.balances]
        nothing: Sequence[Any] = [cast(null(), Numeric).label(key) for key in self.columns]
        return self._of_orders(BROUGHT, "brought", since, [*nothing, *balances]).having(func.bool_or(before))

    def _sums(self) -> Any:
        one, until = self._all.c, self.period.until
        sums = [func.sum(one[key]).filter(self._in_period).label(key) for key in self.columns]
        balances = [func.sum(self._change(key)).label(key) for key in self.balances]
        return self._of_orders(CLOSING, "closing", until or func.max(one.day), [*sums, *balances])

    def _of_orders(self, part: int, kind: str, day: Any, amounts: Sequence[Any]) -> Any:
        """A row for each order that something happened to in the period, or of which something is open."""
        given: dict[str, Any] = {"day": cast(day, Date), "kind": cast(literal(kind), Text)}
        cells = [given.get(key, cast(null(), _TYPES.get(key, Text))).label(key) for key in _ROW]
        still_open = [func.sum(self._change(key)) != 0 for key in self.balances]
        return (
            select(self._all.c.order_id, literal(part).label("part"), *cells, *amounts)
            .where(self._within)
            .group_by(self._all.c.order_id)
            .having(or_(func.bool_or(self._in_period), *still_open))
        )


def _told(amount: Decimal | None) -> Decimal | None:
    """Nothing in the place of an amount that the caller may not know."""
    return None if amount is None or amount.is_nan() else amount
