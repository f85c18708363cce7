"""What programs are given of some records, past HTTP: as the addresses of the API give it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.web.api.asked import asked_of
from core.web.api.reading import list_of, record_of
from core.web.api.values import givable


def listed(
    env: Env, info: ModelInfo, ids: Iterable[int], fields: Iterable[str] = ("id",)
) -> list[dict[str, Any]]:
    """These records in a list, as far as the caller gets them."""
    pairs = [
        ("f", f"id:in:{','.join(map(str, sorted(ids)))}"),
        ("fields", ",".join(fields)),
        ("limit", "500"),
    ]
    found: list[dict[str, Any]] = list_of(env, info, asked_of(env, info, pairs))["items"]
    return found


def everything(env: Env, info: ModelInfo, ids: Iterable[int], seen: Iterable[int]) -> list[Any]:
    """Every value that there is: of the list, and of each record that is seen, with its parts."""
    return [
        listed(env, info, ids, givable(env, info) or ("id",)),
        *(record_of(env, info, one) for one in seen),
    ]
