"""Quotes in all states and versions, and contracts of which orders are called off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from addons.crm_sales.demo.stage import Stage
from addons.crm_sales.models import Contract, ContractLine, Quote, QuoteLine
from addons.crm_sales.services import contracting
from addons.crm_sales.services.quoting import VALID_FOR
from addons.crm_sales.states import (
    CONTRACT_DRAFT,
    CONTRACT_IN_FORCE,
    CONTRACT_SIGNED,
    QUOTE_ACCEPTED,
    QUOTE_DECLINED,
    QUOTE_DRAFT,
    QUOTE_EXPIRED,
    QUOTE_REPLACED,
    QUOTE_SENT,
)
from core.api import Env, Option, State

QUOTES: Final[Sequence[tuple[int, State]]] = (
    (90, QUOTE_EXPIRED), (75, QUOTE_DECLINED), (60, QUOTE_EXPIRED), (40, QUOTE_DECLINED), (27, QUOTE_SENT),
    (24, QUOTE_SENT), (15, QUOTE_REPLACED), (12, QUOTE_SENT), (9, QUOTE_ACCEPTED), (7, QUOTE_SENT), (4, QUOTE_ACCEPTED),
    (2, QUOTE_DRAFT), (1, QUOTE_SENT), (0, QUOTE_DRAFT),
)  # fmt: skip
"""Days ago, and the state of today."""
CONTRACTS: Final[Sequence[tuple[int, int, State]]] = (
    (320, 45, CONTRACT_IN_FORCE), (150, 215, CONTRACT_IN_FORCE), (40, 325, CONTRACT_IN_FORCE),
    (5, 360, CONTRACT_SIGNED), (0, 365, CONTRACT_DRAFT),
)  # fmt: skip
"""Days since its first day, days until its last one, state."""
CONFIGURED: Final[Mapping[int, str]] = {11: "P16-M256-E2-S3", 12: "P16-M128-E1"}
"""Quotes, by their place above, with a server of which options were chosen."""
CONFIGURABLE: Final = "SRV-200"


def make_quotes(stage: Stage) -> None:
    """Each as it stands today; one has a later version."""
    for number, (age, state) in enumerate(QUOTES):
        customer = stage.customer(number + 2)
        then = stage.then(age, stage.seller(customer), 11)
        quote = _quote(stage, then, customer, number)
        if state != QUOTE_DRAFT:
            with then.granting([quote], "send"):
                quote.state, quote.sent_at = QUOTE_SENT if state == QUOTE_EXPIRED else state, then.now
                if state in (QUOTE_ACCEPTED, QUOTE_DECLINED):
                    quote.decided_on = then.today
                if state == QUOTE_DECLINED:
                    quote.decline_reason = stage.words.declined[number % len(stage.words.declined)]
        if state == QUOTE_EXPIRED:
            ended = stage.then(age - VALID_FOR.days - 1, stage.seller(customer), 2)
            ended.run(Quote.expire, [ended.get(Quote, quote.id)])
        if state == QUOTE_REPLACED:
            later = stage.then(age - 3, stage.seller(customer), 15)
            newer = _quote(
                stage, later, customer, number, number=f"{quote.number}/2", version_number=2, previous=quote
            )
            with later.granting([newer], "send"):
                newer.state, newer.sent_at = QUOTE_SENT, later.now


def _quote(stage: Stage, then: Env, customer: Any, place: int, **values: Any) -> Any:
    """A draft with its lines."""
    made = then.create(
        Quote, customer=customer, owner=stage.seller(customer), quoted_on=then.today,
        valid_until=then.today + VALID_FOR, title=stage.words.titles[place % len(stage.words.titles)],
        terms=stage.words.terms[place % len(stage.words.terms)], **values,
    )  # fmt: skip
    then.create_many(QuoteLine, [*_configured(stage, made, place), *stage.lines(made, place + 1)])
    return made


def _configured(stage: Stage, made: Any, place: int) -> list[dict[str, Any]]:
    product = next((one for one in stage.products if one.code == CONFIGURABLE), None)
    if product is None or place not in CONFIGURED:
        return []
    return [
        {
            "document": made,
            "product": product,
            "configuration": CONFIGURED[place],
            "quantity": 2,
            "sequence": 10,
        }
    ]


def make_contracts(stage: Stage) -> None:
    """Contracts at all points of their terms; a part of two of them is called off."""
    kinds = {
        one.code: one.id for one in stage.env.search(Option, Option.list_code == "crm_sales.contract_kind")
    }
    codes = ("frame", "service", "subscription", "sale")
    for number, (begun, left, state) in enumerate(CONTRACTS):
        customer = stage.customer(number + 7)
        then = stage.then(begun, stage.seller(customer), 15)
        contract = then.create(
            Contract, customer=customer, owner=stage.seller(customer), state=CONTRACT_DRAFT,
            title=stage.words.contracts[number % len(stage.words.contracts)], kind=kinds[codes[number % len(codes)]],
            our_party=stage.words.our_party, other_party=customer.name, starts_on=then.today,
            ends_on=stage.env.today + timedelta(days=left), terms=stage.words.terms[1],
            signed_on=then.today if state != CONTRACT_DRAFT else None,
        )  # fmt: skip
        rows = [{**row, "quantity": row["quantity"] * 10} for row in stage.lines(contract, number + 3)]
        then.create_many(ContractLine, rows)
        with then.granting([contract], "put_in_force"):
            contract.state = state
        if state == CONTRACT_IN_FORCE and number:
            contracting.call_off(stage.then(3, stage.seller(customer)), contract)
