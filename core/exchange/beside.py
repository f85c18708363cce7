"""What rows of a page point to or say in further languages: read beside the page, with the same things kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from core.exchange.columns import Link
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field
from core.orm.links import linked_ids
from core.orm.masking import mask_of, masked_on

KEPT: Final[list[Link]] = [(0, None)]
"""What stands for the links of a row on which the field is kept from the caller."""


def links_of(env: Env, info: ModelInfo, field: Field, ids: Sequence[int]) -> dict[int, Sequence[Link]]:
    """By row, what it points to by a field of many records: two statements, whatever the number of rows."""
    links = linked_ids(env, info.link_tables[field.name], _open(env, info, field.name, ids))
    wanted = {one for some in links.values() for one in some}
    names = env.labels(str(field.target_key), wanted) if wanted else {}
    return {key: [(one, names.get(one)) for one in links[key]] if key in links else KEPT for key in ids}


def texts_of(env: Env, info: ModelInfo, name: str, ids: Sequence[int]) -> Mapping[int, Any]:
    """By row, the texts of a translated field in all its languages; rows on which it is kept back are left out."""
    cls, column = info.cls, info.fields[name].attribute
    statement = select(cls.id, getattr(cls, column)).where(cls.id.in_(_open(env, info, name, ids)))
    return {row[0]: row[1] for row in env.rows(statement)}


def _open(env: Env, info: ModelInfo, name: str, ids: Sequence[int]) -> Sequence[int]:
    """Those of the rows on which the field is not kept from the caller."""
    if mask_of(env, info, name) is None:
        return ids
    kept = masked_on(env, info, ids)
    return [key for key in ids if name not in kept.get(key, ())]
