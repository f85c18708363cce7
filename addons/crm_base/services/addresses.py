"""Each customer has one default address of a kind: the first one made, until another is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from core.api import Env, _, and_, key_of, or_

Group = tuple[int | None, int | None]
"""Customer and kind of address, as ids."""


def group_of(address: Any) -> Group:
    """Where an address competes to be the default."""
    return key_of(address, "customer"), key_of(address, "kind")


def keep_one_default(env: Env, groups: Collection[Group], chosen: Mapping[Group, int]) -> None:
    """Of each group the address just `chosen` is the default, else the one that was, else the oldest."""
    from addons.crm_base.models import Address

    if not groups:
        return
    system = env.sudo(_("default addresses"))
    wanted = or_(*(and_(Address.customer == customer, Address.kind == kind) for customer, kind in groups))
    every: list[Any] = system.search(Address, wanted, order="id", limit=10_000)
    wrong: dict[bool, list[Any]] = {False: [], True: []}
    for group in groups:
        members = [address for address in every if group_of(address) == group]
        ids = (
            chosen.get(group),
            *(address.id for address in members if address.is_default),
            *(a.id for a in members),
        )
        default = next((key for key in ids if key is not None), None)
        for address in members:
            if address.is_default != (address.id == default):
                wrong[address.id == default].append(address)
    for is_default, addresses in wrong.items():
        system.write(addresses, is_default=is_default)
