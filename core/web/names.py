"""What records are called on pages, as far as the caller may know: by their name, else by their number."""

from __future__ import annotations

from typing import Any

from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.listing import Page


def name_columns(env: Env, info: ModelInfo) -> list[str]:
    """The column that names records of the model for this caller; none where they are not to see it."""
    return [info.display] if info.display in env.policy.readable(info) else []


def name_in(page: Page, row: tuple[Any, ...]) -> str:
    """The name in a row of a page whose first column, if it has any, is the naming one of `name_columns`."""
    found = page.columns[0] if page.columns else None
    value = row[found.offset + found.width - 1] if found is not None else None
    return str(value) if value not in (None, "") else f"#{row[0]}"


def is_named(env: Env, info: ModelInfo) -> bool:
    """Whether the caller sees the names of records of the model."""
    return bool(name_columns(env, info))
