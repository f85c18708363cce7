"""The mark of statements that the data layer built itself, with company, bin and policy already inside."""

from __future__ import annotations

from typing import Any, Final

_TOKEN: Final = object()
TRUSTED: Final[dict[str, Any]] = {"keyuan_trusted": _TOKEN}
"""Execution options for such statements. Only core.orm, core.auth and core.lifecycle use them."""


def is_trusted(options: Any) -> bool:
    """Whether a statement carries the mark."""
    return options.get("keyuan_trusted") is _TOKEN
