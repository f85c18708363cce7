"""Fewer arguments than announced, results, and the kernel's event for one model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toy_base.hookspecs import case_closed, collect_notes
from toy_base.models.case import Case

from core.api import Env, after_create, implements

heard: list[str] = []


@implements(case_closed)
def note_the_closing(case: Case) -> None:
    heard.append(f"closed {case.name}")


@implements(collect_notes)
def say_something(env: Env, case: Case) -> str:
    return f"heard {len(heard)} events before {case.name}"


@implements(after_create, model=Case)
def note_the_creation(records: Sequence[Any]) -> None:
    heard.append(f"created {len(records)}")
