"""The account of any number of orders, page by page: each page works out the orders that stand on it, and no others.

Orders are taken some at a time by their dates. What a page ends with is its key, so the next one begins there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import tuple_

from addons.crm_sales.services.account import Account, Period
from core.api import BadRequest, Env, ReportPage, _, select

FEWEST: Final = 10
MOST: Final = 1_000
"""Orders that are taken at a time: as many as the page may need, by what those before them had."""
MOST_LOOKED_AT: Final = 5_000
"""Orders after which a page ends, however few rows it has."""
_SIGN: Final = "_"


@dataclass(frozen=True)
class Key:
    """Behind which order a page goes on; behind so many rows of it where it is not finished (`given`)."""

    day: date
    order: int
    given: int | None = None

    def __str__(self) -> str:
        parts = (self.day.isoformat(), self.order, self.given)
        return _SIGN.join(str(one) for one in parts if one is not None)

    @classmethod
    def read(cls, text: str) -> Key:
        """The key of an address. BadRequest for what is none."""
        day, _sign, numbers = text[:60].partition(_SIGN)
        try:
            order, *given = (int(one) for one in numbers.split(_SIGN))
            if not 0 < order < 2**63 or len(given) > 1 or not all(0 < one < 2**31 for one in given):
                raise ValueError(numbers)
            return cls(date.fromisoformat(day), order, given[0] if given else None)
        except ValueError:
            raise BadRequest(_("This page of the account is not there.")) from None


@dataclass
class AccountPages:
    """The account of the orders that meet the conditions `where`; `shown` are the columns of the reader."""

    env: Env
    where: Sequence[Any]
    period: Period
    shown: Collection[str]
    only_sums: bool

    def page(self, limit: int, after: str | None) -> ReportPage:
        """At most so many rows after a key."""
        found: list[Mapping[str, Any]] = []
        key = Key.read(after) if after else None
        looked_at, many = 0, max(FEWEST, limit + limit // 4 if self.only_sums else limit // 4)
        while looked_at < MOST_LOOKED_AT:
            many = min(many, MOST)
            orders = self._orders(key, many)
            skipped = key.given or 0 if key is not None and key.order in orders else 0
            rows = self._rows(orders, limit - len(found) + 1, skipped)
            found += rows
            if len(found) > limit:
                return ReportPage(found[:limit], self._behind(found, limit, orders, rows, skipped, key))
            if len(orders) < many:
                return ReportPage(found, None)
            last = list(orders)[-1]
            key, looked_at = Key(orders[last], last), looked_at + many
            wanted = looked_at * (limit + 1 - len(found)) // len(found) + FEWEST if found else 2 * many
            many = max(FEWEST, wanted)
        return ReportPage(found, str(key))

    def _rows(self, orders: Mapping[int, date], limit: int, skipped: int) -> list[dict[str, Any]]:
        if not orders:
            return []
        one: Any = self._order
        wanted = select(one.id).where(one.id.in_(list(orders))).cte("wanted")
        account = Account(self.env, select(wanted.c.id), self.period, self.shown)
        return account.rows(limit, skipped, only_sums=self.only_sums)

    def _behind(
        self, found: Sequence[Mapping[str, Any]], limit: int, orders: Mapping[int, date],
        rows: Sequence[Mapping[str, Any]], skipped: int, key: Key | None,
    ) -> str:  # fmt: skip
        """The key after the row `limit`; `rows` are those of the `orders` taken last."""
        here = rows[: len(rows) - (len(found) - limit)]
        if not here:
            return str(key)
        last = here[-1]["sales_order"]
        given = sum(one["sales_order"] == last for one in here)
        if key is not None and key.order == last:
            given += skipped
        return str(Key(orders[last], last, given))

    @property
    def _order(self) -> Any:
        from addons.crm_sales.models import Order

        return self.env.info(Order).cls

    def _orders(self, key: Key | None, many: int) -> dict[int, date]:
        """The days of the next orders."""
        one, where = self._order, list(self.where)
        if key is not None:
            place, behind = tuple_(one.ordered_on, one.id), tuple_(key.day, key.order)
            where.append(place > behind if key.given is None else place >= behind)
        by = (one.ordered_on.asc().nulls_first(), one.id.asc())  # as the index of lists has it
        statement = select(one.id, one.ordered_on).where(*where).order_by(*by).limit(many)
        return {row[0]: row[1] for row in self.env.rows(statement)}
