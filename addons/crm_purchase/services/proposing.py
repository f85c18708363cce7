"""Purchase proposals: made from what is missing, and turned into one draft order for each supplier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from addons.crm_purchase.hookspecs import Need, purchase_needs
from addons.crm_purchase.services.sources import preferred
from addons.crm_purchase.states import PROPOSED
from core.api import Env, ValidationFailed, _, company_language, key_of

if TYPE_CHECKING:
    from addons.crm_purchase.models import Proposal


def propose_needs(env: Env) -> int:
    """Proposals for all that addons say is missing; gives how many needs there are."""
    needs = [need for found in purchase_needs(env=env) for need in found]
    propose(env, needs)
    return len(needs)


def propose(env: Env, needs: Sequence[Need]) -> None:
    """One open proposal for each need: the quantity of one that is there already follows, missing ones are made."""
    from addons.crm_purchase.models import Proposal

    wanted = {need.key: need for need in needs if need.quantity > 0}
    if not wanted:
        return
    keys = sorted(wanted)
    known: list[Any] = env.search(
        Proposal, Proposal.key.in_(keys), Proposal.state == PROPOSED, limit=len(keys) + 1000
    )
    for one in known:
        one.quantity = wanted[one.key].quantity
    there = {one.key for one in known}
    new = [need for key, need in wanted.items() if key not in there]
    language = company_language(env)
    suppliers = preferred(env, (need.product for need in new))
    env.create_many(
        Proposal,
        [
            {"product": need.product, "quantity": need.quantity, "key": need.key,
             "reason": need.reason.translate(language)[:255],
             "supplier": suppliers[need.product].supplier if need.product in suppliers else None}
            for need in new
        ],
    )  # fmt: skip


def order(env: Env, proposals: Sequence[Proposal]) -> None:
    """One draft for each supplier with a line for each product; the statements do not depend on how many there are."""
    from addons.crm_purchase.models import PurchaseLine, PurchaseOrder, Supplier

    chosen = _suppliers(env, proposals)
    ids = sorted(set(chosen.values()))
    suppliers = {one.id: one for one in env.get_many(Supplier, ids)}
    made = env.create_many(
        PurchaseOrder, [{"supplier": key, "currency": suppliers[key].currency} for key in ids]
    )
    orders = dict(zip(ids, made, strict=True))
    lines: dict[tuple[int, int], dict[str, Any]] = {}
    for one in proposals:
        document, product = orders[chosen[one.id]], key_of(one, "product") or 0
        line = lines.setdefault(
            (document, product),
            {"document": document, "product": product, "quantity": 0, "sequence": len(lines) * 10},
        )
        line["quantity"] += one.quantity
        one.order_id = document  # type: ignore[attr-defined]
    env.create_many(PurchaseLine, list(lines.values()))


def _suppliers(env: Env, proposals: Sequence[Any]) -> dict[int, int]:
    """Proposal -> supplier; the named one, else the preferred one of the product."""
    known = preferred(
        env, {key_of(one, "product") or 0 for one in proposals if key_of(one, "supplier") is None}
    )
    found: dict[int, int] = {}
    for one in proposals:
        source = known.get(key_of(one, "product") or 0)
        supplier = key_of(one, "supplier") or (source.supplier if source is not None else None)
        if supplier is None:
            raise ValidationFailed.at("supplier", _("Nobody supplies “{product}”.", product=str(one.product)))
        found[one.id] = supplier
    return found
