"""How many statements something takes: few, and not more for more rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from core.orm.env import Env


def counted(env: Env, work: Callable[[], Any]) -> list[str]:
    """The first word of each statement that `work` takes."""
    seen: list[str] = []
    connection = env.session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement.split(maxsplit=1)[0].lower())

    event.listen(connection, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return seen
