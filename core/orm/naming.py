"""Finding records by what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.orm.fields import TEXTS, TO_ONE
from core.orm.methods import Where

if TYPE_CHECKING:
    from core.orm.compose import ModelInfo
    from core.orm.env import Env

MOST_BEHIND: Final = 200
"""Records behind a name that are looked at, where others name these."""


def called_like(env: Env, info: ModelInfo, text: str) -> Where | None:
    """Records whose name has this part; None where names cannot be searched or are not for the caller.

    Where another record names these, it is found as people find it: a line by the search of products.
    """
    field = info.fields[info.display]
    if field.name not in env.policy.readable(info):
        return None
    if field.kind in TO_ONE:
        found = env.complete(str(field.target_key), text, MOST_BEHIND)
        return getattr(info.cls, field.attribute).in_([key for key, _name in found])  # type: ignore[no-any-return]
    if field.kind in (*TEXTS, "translated"):
        return env.condition(info, field.name, "contains", text)
    return None
