"""Writing a record that somebody has seen at some version, whether a form sends it or a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from core.errors import Conflict
from core.orm.attempts import attempt
from core.orm.compose import ModelInfo
from core.orm.env import Env

TRIES: Final = 3


def save(
    env: Env, info: ModelInfo, key: int, version: int, values: Mapping[str, Any],
    before: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """A row that changes under our hands is read again; then the versions decide. `before` is part of the attempt.

    Raises Conflict with the fields that both sides have changed.
    """
    for left in reversed(range(TRIES)):
        record = env.get(info.cls, key)
        env.refresh(info, [record])
        try:
            with attempt(env):
                before()
                env.write(record, version=version, strict=True, **values)
            return
        except Conflict as conflict:
            if conflict.fields or not left:
                raise
