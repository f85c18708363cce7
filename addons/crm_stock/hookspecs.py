"""Events of stock that other addons may answer. All take lists and run in the transaction of the step."""

from collections.abc import Sequence
from typing import Any

from core.api import Env, hookspec


@hookspec
def stock_posted(env: Env, documents: Sequence[Any]) -> None:
    """Stock-in or stock-out documents of one model were posted: what they come from can be brought up to date."""


@hookspec
def stock_reversing(env: Env, documents: Sequence[Any]) -> None:
    """Somebody is about to reverse posted documents by hand. An error refuses: a delivery note is reversed itself."""
