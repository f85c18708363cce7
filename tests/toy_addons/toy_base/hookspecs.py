"""What the others can hear of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.api import Env, hookspec

if TYPE_CHECKING:
    from toy_base.models.case import Case


@hookspec
def case_closed(env: Env, case: Case) -> None:
    """A case was closed. Runs in the same transaction; an error refuses the closing."""


@hookspec
def collect_notes(env: Env, case: Case) -> str:
    """What an addon has to say about a case."""
