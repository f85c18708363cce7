"""Where an operation on the deployment works: what each step of it is given."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from core.orm.compose import Composition


@dataclass(frozen=True)
class Site:
    """The owner's `engine`, the connection that holds the lock, and what shall be in the database."""

    engine: Engine
    locked: Connection
    app_role: str
    composition: Composition
