"""`customer` is not announced."""

from __future__ import annotations

from typing import Any

from toy_base.hookspecs import case_closed

from core.api import Env, implements


@implements(case_closed)
def tell_the_customer(env: Env, customer: Any) -> None:
    raise AssertionError("never called")
