"""What a record is called on pages."""

from __future__ import annotations

from typing import Any

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_ONE
from core.orm.masking import mask_of
from core.web.forms import in_language
from core.web.names import is_named
from core.web.widgets.cell import Cells


def name_of(info: ModelInfo, cells: Cells, row: tuple[Any, ...]) -> str:
    """What the record is called: its number where it has no name, or none for the caller."""
    if info.display not in cells.offsets:
        return f"#{row[0]}"
    value = cells.value(row, info.display)
    if info.fields[info.display].kind in TO_ONE:
        value = cells.label(row, info.display)
    return str(value) if value not in (None, "") else f"#{row[0]}"


def title_of(env: Env, record: Any) -> str:
    """The same for a loaded record."""
    info = env.composition.info(record)
    if not is_named(env, info):
        return f"#{record.id}"
    if info.fields[info.display].kind in TO_ONE or mask_of(env, info, info.display) is not None:
        return env.labels(info, [record.id]).get(record.id, f"#{record.id}")
    value = getattr(record, info.display)
    return in_language(value, env.language) or f"#{record.id}"
