"""Contracts: approved, signed, in force, called off from, ended and renewed (SALE-03, P5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from addons.crm_base.models import Task
from addons.crm_base.states import TASK_ASSIGNED
from addons.crm_sales.hookspecs import contract_ended, contract_in_force
from addons.crm_sales.services.ordering import HEAD, copied, line_values, lines_of, taken
from addons.crm_sales.services.people import tell_owners
from addons.crm_sales.states import CONTRACT_IN_FORCE
from core.api import Env, StateForbids, ValidationFailed, _, key_of, select

if TYPE_CHECKING:
    from addons.crm_sales.models import Contract, Order

REMIND_BEFORE: Final = timedelta(days=60)
"""How long before the end of a contract its owner gets the task to renew it."""


def approve(env: Env, contracts: Sequence[Contract]) -> None:
    """Whoever wrote them may have them signed now."""
    tell_owners(
        env, contracts, _("The contract {number} was approved."), _("{n} of your contracts were approved.")
    )


def sign(env: Env, contract: Contract, on: date) -> None:
    """The day of the signatures lies in the past or is today."""
    if on > env.today:
        raise ValidationFailed.at("on", _("This day lies in the future."))
    contract.signed_on = on


def put_in_force(env: Env, contracts: Sequence[Contract]) -> None:
    """Orders may be called off; other addons plan receivables."""
    for contract in contracts:
        if contract.ends_on is not None and contract.ends_on < env.today:
            text = _("The term of the contract {number} has ended.", number=contract.number)
            raise ValidationFailed({"": [text]})
        contract.state = CONTRACT_IN_FORCE
    env.flush("put_in_force")
    contract_in_force(env=env, contracts=contracts)


def end(env: Env, contracts: Sequence[Contract], reason: str | None = None) -> None:
    """Nothing is called off any more."""
    for contract in contracts:
        contract.end_reason = reason
    env.flush()
    contract_ended(env=env, contracts=contracts)


def cancel(env: Env, contracts: Sequence[Contract], reason: str) -> None:
    """Nothing was signed, so nothing of it ends: only why is kept."""
    for contract in contracts:
        contract.end_reason = reason
    env.flush()


def call_off(env: Env, contract: Contract) -> Order:
    """A draft order of what is left; quantities are taken from the contract when it is confirmed."""
    from addons.crm_sales.models import ContractLine, Order, OrderLine

    left = [one for one in lines_of(env, ContractLine, [contract]) if one.left]
    if not left:
        raise StateForbids(_("Everything of this contract is called off."))
    made: Order = env.create(
        Order,
        **taken(contract, ("customer", "contact", "owner", *HEAD)),
        contract=contract,
        terms=contract.terms,
    )
    rows = [
        {**line_values(one), "quantity": one.left, "document": made, "contract_line": one} for one in left
    ]
    env.create_many(OrderLine, rows)
    return made


def renew(env: Env, contract: Contract) -> Any:
    """The next contract; its term is as long as this one's."""
    from addons.crm_sales.models import ContractLine

    starts = (contract.ends_on or env.today) + timedelta(days=1)
    ends = starts + (contract.ends_on - contract.starts_on) if contract.ends_on is not None else None
    return copied(
        env, contract, ContractLine, type(contract), ContractLine, title=contract.title, kind=key_of(contract, "kind"),
        our_party=contract.our_party, other_party=contract.other_party, third_party=contract.third_party,
        terms=contract.terms, document_text=contract.document_text, starts_on=starts, ends_on=ends, previous=contract,
    )  # fmt: skip


def expire(env: Env) -> int:
    """Contracts whose last day has passed; gives their number. For the kernel's own Env."""
    from addons.crm_sales.models import Contract

    past = select(Contract).where(Contract.state == CONTRACT_IN_FORCE, Contract.ends_on < env.today)
    found = env.scalars(past.order_by(Contract.id))
    if found:
        env.run(Contract.expire, found)
        tell_owners(env, found, _("The contract {number} has ended."), _("{n} of your contracts have ended."))
    return len(found)


def remind(env: Env) -> int:
    """A renewal task for the owners of contracts that end soon, once for each; gives their number."""
    from addons.crm_sales.models import Contract

    soon = (Contract.state == CONTRACT_IN_FORCE, Contract.ends_on <= env.today + REMIND_BEFORE)
    found = env.scalars(select(Contract).where(*soon, Contract.reminded.is_(False)).order_by(Contract.id))
    rows = [
        {"subject": str(_("Renew the contract {number}: {title}", number=one.number, title=one.title))[:255],
         "assignee": key_of(one, "owner"), "owner": key_of(one, "owner"), "due": one.ends_on, "contract": one,
         "customer": key_of(one, "customer"), "state": TASK_ASSIGNED}
        for one in found
    ]  # fmt: skip
    if rows:
        env.create_many(Task, rows)
        env.write(found, reminded=True)
    return len(found)
