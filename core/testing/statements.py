"""Which statements something takes: few, and not more for more rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from core.orm.env import Env


@contextmanager
def gathered(source: Connection | Engine) -> Iterator[list[str]]:
    """`with gathered(connection) as seen:` each statement that is sent there, whole."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(source, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(source, "before_cursor_execute", note)


def counted(env: Env, work: Callable[[], Any]) -> list[str]:
    """The first word of each statement that `work` takes."""
    with gathered(env.session.connection()) as seen:
        work()
    return [statement.split(maxsplit=1)[0].lower() for statement in seen]
