"""What a person would set up in a new Tryton database before leads come: currency, two companies, a user."""

from __future__ import annotations

import os
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction


def set_up() -> None:
    """Through the models, so that everything that hangs on a company is there."""
    database = os.environ["PGDATABASE"]
    pool = Pool(database)
    with Transaction().start(database, 0) as transaction:
        (currency,) = _create(
            pool, "currency.currency", name="Yuan", code="CNY", numeric_code="156", symbol="¥"
        )
        companies = [_company(pool, f"Company {code}", currency) for code in ("main", "second")]
        groups = pool.get("res.group").search(
            [("name", "in", ["Sales", "Sale Opportunity", "Party Administration"])]
        )
        assert len(groups) == 3, groups
        _create(
            pool, "res.user", name="Chief", login="chief", companies=[("add", [companies[0]])],
            company=companies[0], groups=[("add", [group.id for group in groups])],
        )  # fmt: skip
        transaction.commit()


def _company(pool: Any, name: str, currency: Any) -> int:
    (party,) = _create(pool, "party.party", name=name)
    (company,) = _create(pool, "company.company", party=party.id, currency=currency.id)
    found: int = company.id
    return found


def _create(pool: Any, model: str, **values: Any) -> Any:
    return pool.get(model).create([values])
