"""New orders: what they begin with, and what is taken over from quotes, contracts and earlier orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Address, Contact, Customer
from addons.crm_base.roles import SALES_ASSISTANT
from core.api import Env, Where, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Order

HEAD: Final = ("currency", "exchange_rate", "prices_include_tax", "discount")
"""What documents with prices take over from each other, as their lines do with `LINE`."""
LINE: Final = (
    "sequence", "product", "description", "quantity", "unit", "unit_price", "discount", "tax", "allowance",
    "price_reason", "configuration",
)  # fmt: skip
_RELATIONS: Final = frozenset(
    {"product", "unit", "tax", "customer", "contact", "owner", "ship_to", "order_type"}
)


def today(env: Env) -> date:
    """The company's day."""
    return env.today


def contacts_of_the_customer(env: Env, values: Mapping[str, Any]) -> Where:
    """People at the customer of the document."""
    of_customer: Where = Contact.customer == _id(values.get("customer"))
    return of_customer


def addresses_of_the_customer(env: Env, values: Mapping[str, Any]) -> Where:
    """Addresses of the customer of the document."""
    of_customer: Where = Address.customer == _id(values.get("customer"))
    return of_customer


def _id(value: Any) -> Any:
    return getattr(value, "id", value)


def taken(record: Any, names: Sequence[str]) -> dict[str, Any]:
    """Values of a record for making another; relations by id."""
    return {name: key_of(record, name) if name in _RELATIONS else getattr(record, name) for name in names}


def line_values(line: Any) -> dict[str, Any]:
    """What another line takes over of this one: its options and price stand as they were agreed."""
    return {**taken(line, LINE), "chosen": line.chosen or {}}


def lines_of(env: Env, line: Any, documents: Sequence[Any]) -> list[Any]:
    """All lines of some documents, in one statement."""
    ids = [one.id for one in documents]
    return env.scalars(select(line).where(line.document.in_(ids)).order_by(line.sequence, line.id))


def copied(env: Env, source: Any, line: Any, to: Any, to_line: Any, **values: Any) -> Any:
    """A document of the model `to` with head and lines of another one, made with the caller's rights."""
    made = env.create(to, **taken(source, ("customer", "contact", "owner", *HEAD)), **values)
    rows = [{**line_values(one), "document": made} for one in lines_of(env, line, [source])]
    if rows:
        env.create_many(to_line, rows)
    return made


def copy_order(env: Env, order: Order) -> Any:
    """A draft with the same lines; delivery dates are for people to set anew."""
    from addons.crm_sales.models import OrderLine

    head = taken(order, ("order_type", "ship_to", "terms"))
    return copied(env, order, OrderLine, type(order), OrderLine, template=key_of(order, "template"), **head)


def give_to_salespeople(env: Env, rows: Sequence[dict[str, Any]]) -> None:
    """Who enters orders for others makes them for the customer's salesperson, unless somebody else is named."""
    if SALES_ASSISTANT.code not in env.roles:
        return
    customers = {_id(row.get("customer")) for row in rows if _id(row.get("owner")) == env.user_id}
    if not customers:
        return
    system = env.sudo(_("salesperson of an order"))
    owner: Any = system.info(Customer).cls.owner_id
    owners = dict(system.rows(select(Customer.id, owner).where(Customer.id.in_(customers))))
    for row in rows:
        if _id(row.get("owner")) == env.user_id:
            row["owner"] = owners.get(_id(row.get("customer"))) or env.user_id
