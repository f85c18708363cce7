"""Closing several cases."""

from __future__ import annotations

from collections.abc import Sequence

from toy_base.models.case import Case

from core.api import Env


def close_cases(env: Env, cases: Sequence[Case], remark: str) -> None:
    """At the end of a day."""
    env.run(Case.close, cases, remark=remark)
