"""Events that a test answers: it puts functions into `answers`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.api import (
    Env,
    after_create,
    after_delete,
    after_transition,
    after_write,
    before_create,
    before_delete,
    before_write,
    implements,
)  # fmt: skip

answers: dict[str, Callable[..., Any]] = {}


def _answer(event: str, **arguments: Any) -> None:
    if event in answers:
        answers[event](**arguments)


@implements(before_create)
def on_before_create(env: Env, model: Any, rows: Any) -> None:
    _answer("before_create", env=env, model=model, rows=rows)


@implements(after_create)
def on_after_create(env: Env, model: Any, records: Any) -> None:
    _answer("after_create", env=env, model=model, records=records)


@implements(before_write)
def on_before_write(env: Env, model: Any, records: Any, values: Any) -> None:
    _answer("before_write", env=env, model=model, records=records, values=values)


@implements(after_write)
def on_after_write(env: Env, model: Any, records: Any, changes: Any) -> None:
    _answer("after_write", env=env, model=model, records=records, changes=changes)


@implements(before_delete)
def on_before_delete(env: Env, model: Any, records: Any) -> None:
    _answer("before_delete", env=env, model=model, records=records)


@implements(after_delete)
def on_after_delete(env: Env, model: Any, records: Any) -> None:
    _answer("after_delete", env=env, model=model, records=records)


@implements(after_transition)
def on_after_transition(env: Env, model: Any, name: str, records: Any) -> None:
    _answer("after_transition", env=env, model=model, name=name, records=records)
