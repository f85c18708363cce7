"""Records that addons ship, and what people made of them.

Each shipped record is remembered with the values it was shipped with. At an upgrade a value that is still
as shipped follows the addon; one that somebody changed stays, and the new value is kept as an offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select, tuple_

from core.orm.bulk import as_json
from core.orm.env import Env
from core.orm.kernel_tables import shipped
from core.orm.trust import TRUSTED

_ALL = 2**31 - 1


@dataclass(frozen=True)
class Shipment:
    """One record: `identity` finds it (a list and a code), `values` are what is shipped and may be
    customised.
    """

    addon: str
    key: str
    identity: Mapping[str, Any]
    values: Mapping[str, Any]


def ship(env: Env, model: str, shipments: Sequence[Shipment]) -> int:
    """Bring the records of one model up to what the addons ship in the Env's company; returns how many were
    made.

    A record that somebody made under the same identity is left alone, and counts as customised.
    """
    known = _known(env, model, [shipment.key for shipment in shipments])
    fresh = [shipment for shipment in shipments if shipment.key not in known]
    existing = _existing(env, model, fresh)
    missing = [shipment for shipment in fresh if shipment.key not in existing]
    made = env.create_many(model, [{**shipment.identity, **shipment.values} for shipment in missing])
    ids = existing | {shipment.key: key for shipment, key in zip(missing, made, strict=True)}
    if fresh:
        rows = [
            {"model": model, "record_id": ids[one.key], "company_id": env.company_id, "addon": one.addon,
             "key": one.key, "shipped": _plain(one.values)}
            for one in fresh
        ]  # fmt: skip
        env.session.execute(shipped.insert(), rows, execution_options=TRUSTED)
    for shipment in shipments:
        found = known.get(shipment.key)
        if found is not None and found.shipped != _plain(shipment.values):
            _follow(env, model, shipment, found)
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
    return {
        wanted[tuple(getattr(record, name) for name in names)]: record.id
        for record in reversed(records) if _company_of(record, env) == env.company_id
    }  # fmt: skip


def _company_of(record: Any, env: Env) -> int:
    return int(getattr(record, "company_id", env.company_id))


def _follow(env: Env, model: str, shipment: Shipment, found: Any) -> None:
    """Take the new values over where the record still has the old ones; a binned record stays in the bin."""
    wanted = _plain(shipment.values)
    record: Any = env.first(model, env.info(model).cls.id == found.record_id)
    current: dict[str, Any] = (
        {} if record is None else _plain({name: getattr(record, name) for name in wanted})
    )
    taken = {name: shipment.values[name] for name in wanted if current.get(name) == found.shipped.get(name)}
    offered = {
        name: value for name, value in wanted.items() if name not in taken and current.get(name) != value
    }
    taken = {name: value for name, value in taken.items() if wanted[name] != found.shipped.get(name)}
    if record is not None and taken:
        env.write(record, **taken)
    same = and_(shipped.c.model == model, shipped.c.record_id == found.record_id)
    remembered = shipped.update().where(same).values(shipped=wanted, offered=offered or None)
    env.session.execute(remembered, execution_options=TRUSTED)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, (str, int, bool, dict, list)) else as_json(value)
        for name, value in values.items()
    }
