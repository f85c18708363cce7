"""References of a restored addon to records that went into the bin while it was away.

With the addon there, the deletion would have been refused, or would have taken its records along; nobody could ask it.
The references still lead somewhere, so they stay: people restore the record from the bin or choose another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Select, func, literal, select, union_all

from core.i18n import LazyString, _
from core.lifecycle.walls import open_all_walls
from core.orm.compose import Composition, ModelInfo
from core.orm.fields import Field
from core.orm.kernel_tables import addon
from core.orm.trust import TRUSTED


@dataclass(frozen=True)
class Binned:
    """Live records of one model that name binned ones in one field."""

    info: ModelInfo
    field: Field
    target: ModelInfo
    rows: int

    @property
    def words(self) -> LazyString:
        return _("“{model}”: {count} records name in “{field}” what went into the bin of “{target}” meanwhile",
                 model=self.info.plural, count=self.rows, field=self.field.label,
                 target=self.target.plural)  # fmt: skip


def removed_since(connection: Connection, names: Collection[str]) -> datetime:
    """The moment from which on the first of these addons was away."""
    moments = select(func.min(addon.c.changed_at)).where(addon.c.name.in_(names))
    since: datetime = connection.execute(moments).scalar_one()
    return since


def binned_meanwhile(
    engine: Engine, composition: Composition, names: Collection[str], since: datetime
) -> tuple[Binned, ...]:
    """What the addons `names` refer to and was binned after `since`; one question for all their references."""
    known = list(_references(composition, names))
    if not known:
        return ()
    asked = [_count(place, info, field, target, since) for place, (info, field, target) in enumerate(known)]
    with engine.begin() as connection:
        open_all_walls(connection)
        rows = connection.execute(union_all(*asked), execution_options=TRUSTED).all()
    counts = {row[0]: row[1] for row in rows}
    return tuple(Binned(*one, counts[place]) for place, one in enumerate(known) if counts[place])


def _references(
    composition: Composition, names: Collection[str]
) -> Iterator[tuple[ModelInfo, Field, ModelInfo]]:
    for info in composition.models.values():
        for field in info.fields.values():
            if field.kind == "many2one" and (info.addon in names or field.addon in names):
                target = composition.models[str(field.target_key)]
                if target.addon not in names:
                    yield info, field, target


def _count(place: int, info: ModelInfo, field: Field, target: ModelInfo, since: datetime) -> Select[int, int]:
    rows, others = info.table.alias("t"), target.table.alias("r")
    same = others.c.id == rows.c[field.column_name]
    both_live_before = others.c.deleted_at >= since, rows.c.deleted_at.is_(None)
    return select(literal(place), func.count()).select_from(rows.join(others, same)).where(*both_live_before)
