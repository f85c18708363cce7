"""Records that addons ship, and what people made of them.

Each shipped record is remembered with the values it was shipped with. At an upgrade a value that is still as
shipped follows the addon; one that somebody changed stays, and the new value is offered together with the one that
was shipped before (`core.lifecycle.offers` shows and decides).

    in the record   shipped before   shipped now
    Goods           Goods            Wares          -> follows: Wares
    Articles        Goods            Wares          -> stays, offered: before Goods, now Wares
    Articles        Goods            Goods          -> stays, nothing is offered: it is no news

Some values are firm once the record is in use, such as the prefix of numbers of which some are given: they stay as if
somebody had changed them, and the new ones are offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, select, tuple_

from core.orm.bulk import as_json
from core.orm.env import Env
from core.orm.kernel_tables import shipped
from core.orm.trust import TRUSTED

_ALL = 2**31 - 1
_NOTHING: Final = object()


@dataclass(frozen=True)
class Shipment:
    """One record: `identity` finds it (a list and a code), `values` are what is shipped and may be customised.

    `beside` is given when the record is made and never looked at again.
    """

    addon: str
    key: str
    identity: Mapping[str, Any]
    values: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)
    used: str | None = None
    """The field that tells that the record is in use."""
    firm: tuple[str, ...] = ()
    """Values that do not follow from then on."""

    def firm_in(self, current: Mapping[str, Any]) -> tuple[str, ...]:
        """What does not follow in a record with these values."""
        return self.firm if self.used is not None and current.get(self.used) else ()


@dataclass(frozen=True)
class News:
    """What becomes of a remembered record whose shipment has changed: fields that follow, and values to be offered
    with those that people knew before.
    """

    taken: tuple[str, ...]
    offers: Mapping[str, Any]
    before: Mapping[str, Any]


def news_of(remembered: Any, shipment: Shipment, current: Mapping[str, Any], *, is_live: bool) -> News:
    """Decide on one record: `remembered` is its row of `core.shipped`, `current` are its values, as plain data.

    Values follow where the record still has the old ones; a record in the bin stays as it is.
    """
    wanted, firm = plain(shipment.values), shipment.firm_in(current)
    changed = [name for name, value in wanted.items() if remembered.shipped.get(name, _NOTHING) != value]
    taken = tuple(
        name for name in changed
        if is_live and name not in firm and name in current and current[name] == remembered.shipped.get(name)
    )  # fmt: skip
    offers = {
        name: value for name, value in wanted.items()
        if name in current and name not in taken and current[name] != value
        and (name in changed or name in (remembered.offered or {}))
    }  # fmt: skip
    before = {name: (remembered.before or {}).get(name, remembered.shipped.get(name)) for name in offers}
    return News(taken, offers, before)


def ship(env: Env, model: str, shipments: Sequence[Shipment], *, were_fixed: bool = False) -> int:
    """Bring the records of one model up to what the addons ship in the Env's company; returns how many were made.

    A record that somebody made under the same identity is left alone, and counts as customised. `were_fixed` says of
    records that were there before they were remembered that nobody could change them: they take the shipped values.
    """
    known = _known(env, model, [shipment.key for shipment in shipments])
    fresh = [shipment for shipment in shipments if shipment.key not in known]
    existing = _existing(env, model, fresh)
    missing = [shipment for shipment in fresh if shipment.key not in existing]
    made = env.create_many(model, [{**one.identity, **one.values, **one.beside} for one in missing])
    ids = existing | {shipment.key: key for shipment, key in zip(missing, made, strict=True)}
    if fresh:
        rows = [
            {"model": model, "record_id": ids[one.key], "company_id": env.company_id, "addon": one.addon,
             "key": one.key, "shipped": plain(one.values)}
            for one in fresh
        ]  # fmt: skip
        env.session.execute(shipped.insert(), rows, execution_options=TRUSTED)
    for shipment in shipments:
        found = known.get(shipment.key)
        if found is not None and found.shipped != plain(shipment.values):
            _follow(env, model, shipment, found)
        elif shipment.key in existing and were_fixed:
            _set(env, model, ids[shipment.key], shipment.values)
    return len(made)


def _known(env: Env, model: str, keys: Sequence[str]) -> dict[str, Any]:
    statement = select(shipped).where(
        shipped.c.company_id == env.company_id, shipped.c.model == model, shipped.c.key.in_(keys)
    )
    return {row.key: row for row in env.session.execute(statement, execution_options=TRUSTED)}


def _existing(env: Env, model: str, shipments: Sequence[Shipment]) -> dict[str, int]:
    """The records that somebody made under the identities; one question, since all name the same fields."""
    if not shipments:
        return {}
    cls, names = env.info(model).cls, list(shipments[0].identity)
    wanted = {tuple(one.identity[name] for name in names): one.key for one in shipments}
    same = tuple_(*(getattr(cls, name) for name in names)).in_(list(wanted))
    records: list[Any] = env.search(model, same, limit=_ALL)
    is_owned = env.info(model).kind != "deployment"
    return {
        wanted[tuple(getattr(record, name) for name in names)]: record.id
        for record in reversed(records) if not is_owned or record.company_id == env.company_id
    }  # fmt: skip


def _follow(env: Env, model: str, shipment: Shipment, found: Any) -> None:
    """Write what follows, and offer the rest."""
    wanted, record, is_live = plain(shipment.values), *_record(env, model, found.record_id)
    names = [*wanted, *([shipment.used] if shipment.used is not None else ())]
    current = {} if record is None else plain({name: getattr(record, name) for name in names})
    news = news_of(found, shipment, current, is_live=is_live)
    _set(env, model, found.record_id, {name: shipment.values[name] for name in news.taken})
    same = and_(shipped.c.model == model, shipped.c.record_id == found.record_id)
    values = {"shipped": wanted, "offered": news.offers or None, "before": news.before or None}
    env.session.execute(shipped.update().where(same).values(values), execution_options=TRUSTED)


def _record(env: Env, model: str, key: int) -> tuple[Any, bool]:
    """The record and whether it is live; it may be in the bin, or gone."""
    one = env.info(model).cls.id == key
    for binned in (False, True):
        found: list[Any] = env.search(model, one, limit=1, binned=binned)
        if found:
            return found[0], not binned
    return None, False


def _set(env: Env, model: str, key: int, values: Mapping[str, Any]) -> None:
    if values:
        env.write(env.get(model, key), **values)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are remembered, and as they are compared."""
    return {
        name: value if value is None or isinstance(value, (str, int, bool, dict, list)) else as_json(value)
        for name, value in values.items()
    }
