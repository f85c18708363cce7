"""What every writer of a file is given: headings and cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from core.exchange.columns import Cell


class Table(Protocol):
    """Headings, and rows in batches of what fits into memory."""

    @property
    def headings(self) -> Sequence[str]: ...

    def batches(self) -> Iterator[list[list[Cell]]]: ...
