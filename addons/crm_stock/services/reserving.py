"""Goods kept for somebody: reserved, and released again when they were shipped or are not wanted any more.

A reservation row is changed only by who holds the lock of its level, so its quantities and the level's `reserved`
always agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from addons.crm_stock.services.levels import Pair, hold, without_limit
from addons.crm_stock.services.shortage import Shortage, refuse
from core.api import Env, _, func, select

Source = tuple[str, int]
"""The key of a model and the id of a record, for which goods are kept."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Goods wanted for a source, in the product's unit. `title` names the source to people."""

    product: int
    warehouse: int
    quantity: Decimal
    source: Source
    title: str
    place: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Further values of the reservation, for addons that add fields to it."""

    @property
    def pair(self) -> Pair:
        return self.product, self.warehouse


def reserve(env: Env, claims: Sequence[Claim], *, whole: bool = True) -> list[Decimal]:
    """Keep goods for these claims, in their order; gives how much each one got.

    With `whole` all of them get everything, or `ValidationFailed` says what is missing; else each gets what is left.
    """
    system = env.sudo(_("reserving of goods"))
    levels = hold(system, [claim.pair for claim in claims if claim.quantity > 0])
    if not levels:
        return [Decimal(0) for _claim in claims]
    free = without_limit(system, levels)
    given: list[Decimal] = []
    short: list[Shortage] = []
    with system.granting(list(levels.values()), "reserve"):
        for claim in claims:
            got, there = _share(levels.get(claim.pair), claim, claim.warehouse in free)
            if got < claim.quantity and whole:
                short.append(Shortage(claim.product, claim.warehouse, claim.quantity, there, claim.place))
            given.append(got)
            if got > 0:
                levels[claim.pair].reserved += got
        refuse(system, short)
    _add(system, levels, claims, given)
    return given


def _share(level: Any, claim: Claim, is_free: bool) -> tuple[Decimal, Decimal]:
    """What the claim gets of the level, and what there is."""
    nought = Decimal(0)
    if level is None or claim.quantity <= 0:
        return nought, nought
    there = max(nought, Decimal(level.on_hand - level.reserved))
    return (claim.quantity if is_free else min(claim.quantity, there)), there


def _add(env: Env, levels: Mapping[Pair, Any], claims: Sequence[Claim], given: Sequence[Decimal]) -> None:
    from addons.crm_stock.models import Reservation

    known = {_key(one): one for one in _rows(env, {claim.source for claim in claims})}
    wanted: dict[tuple[int, Source], tuple[Claim, Decimal]] = {}
    for claim, got in zip(claims, given, strict=True):
        if got > 0:
            key = levels[claim.pair].id, claim.source
            wanted[key] = claim, got + (wanted[key][1] if key in wanted else 0)
    with env.granting([known[key] for key in wanted if key in known], "reserve"):
        for key, (_claim, got) in wanted.items():
            if key in known:
                known[key].quantity += got
    env.create_many(Reservation, [
        {"level": level, "product": claim.product, "warehouse": claim.warehouse, "title": claim.title, "quantity": got,
         "source_model": source[0], "source_id": source[1], **claim.values}
        for (level, source), (claim, got) in wanted.items() if (level, source) not in known
    ])  # fmt: skip


def release(
    env: Env, wanted: Mapping[Source, Decimal | None], *, first: Mapping[Source, int] | None = None
) -> None:
    """Give up what is kept for these sources: a quantity of it, or everything (None).

    `first` names the warehouse from which a source gives up first: the one that goods were taken from.
    """
    system = env.sudo(_("release of goods"))
    reservations = _rows(system, wanted)
    levels = hold(system, [(one.product_id, one.warehouse_id) for one in reservations])
    if not levels:
        return
    reservations = _rows(system, wanted)  # as they are now that nobody else changes them
    left: dict[Source, Decimal | None] = dict(wanted)
    order = sorted(
        reservations, key=lambda one: (one.warehouse_id != (first or {}).get(_source(one)), one.id)
    )
    with system.granting([*reservations, *levels.values()], "release"):
        for one in order:
            limit = left[_source(one)]
            taken = one.quantity if limit is None else min(one.quantity, limit)
            one.quantity -= taken
            levels[one.product_id, one.warehouse_id].reserved -= taken
            if limit is not None:
                left[_source(one)] = limit - taken


def kept_for(env: Env, sources: Iterable[Source]) -> dict[Source, Decimal]:
    """How much is kept for each of these sources; those without are left out."""
    from addons.crm_stock.models import Reservation

    cls = env.info(Reservation).cls
    wanted = set(sources)
    rows = env.sudo(_("reserved quantities")).rows(
        select(cls.source_model, cls.source_id, func.sum(cls.quantity))
        .where(_of(cls, wanted), cls.quantity > 0, cls.deleted_at.is_(None))
        .group_by(cls.source_model, cls.source_id)
    )
    return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in wanted}


def places_of(env: Env, sources: Iterable[Source]) -> set[Pair]:
    """Products and warehouses of which something is kept for these sources: what a release is going to lock."""
    system = env.sudo(_("reserved quantities"))
    return {(one.product_id, one.warehouse_id) for one in _rows(system, sources)}


def _rows(env: Env, sources: Iterable[Source]) -> list[Any]:
    """The reservations of these sources that hold something, as they are in the database now."""
    from addons.crm_stock.models import Reservation

    cls, wanted = env.info(Reservation).cls, set(sources)
    if not wanted:
        return []
    statement = select(cls).where(_of(cls, wanted), cls.deleted_at.is_(None)).order_by(cls.id)
    found = env.scalars(statement.execution_options(populate_existing=True))
    return [one for one in found if _source(one) in wanted]


def _of(cls: Any, sources: Iterable[Source]) -> Any:
    models, ids = {model for model, _key in sources}, {key for _model, key in sources}
    return cls.source_model.in_(models) & cls.source_id.in_(ids)


def _source(one: Any) -> Source:
    return one.source_model, one.source_id


def _key(one: Any) -> tuple[int, Source]:
    return one.level_id, _source(one)
