"""A company whose people import: each import is a request of its own, committed as the command does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.exchange.importing import Import, Wishes
from core.exchange.parsing import parse_mapping
from core.exchange.report import Outcome, Report
from core.i18n import use_language
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.testing.database import ScratchDatabase
from core.testing.people import STAFF, find_staff


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    return {
        "director": ["crm_base.general_manager"],
        "superior": ["crm_base.sales_director"],
        "owner": ["crm_base.salesperson"],
        "colleague": ["crm_base.salesperson"],
        "admin": ["crm_base.general_manager"],
        "other": ["crm_base.general_manager", "base.admin"],
    }


class Desk:
    """Runs imports as people of the company."""

    def __init__(self, database: ScratchDatabase, composed: Composition, folder: Path) -> None:
        self.database, self.composed, self.folder = database, composed, folder
        with database.owner.connect() as connection:
            self.staff = find_staff(connection, composed)
        self.outcomes: list[Outcome] = []
        self.statements = 0

    @contextmanager
    def env(self, person: str) -> Iterator[Env]:
        with session_factory(self.database.app)() as session, use_language("en"):
            identity = identity_of(session, self.staff.users[person], self.staff.companies[STAFF[person]])
            assert identity is not None
            env = make_env(session, identity, "import", language="en")
            with use_env(env):
                yield env

    def put(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def load(
        self, person: str, mapping: str, files: Mapping[str, str | bytes] | None = None, **wishes: Any
    ) -> Report:
        """Import and give the report; `outcomes` and `statements` tell of the last one."""
        self.put(files or {})
        self.outcomes, self.statements = [], 0
        event.listen(self.database.app, "before_cursor_execute", self._count)
        try:
            with self.env(person) as env:
                work = Import(env, parse_mapping(mapping, "test.toml"), self.folder, Wishes(**wishes))
                return work.run(self.outcomes.append)
        finally:
            event.remove(self.database.app, "before_cursor_execute", self._count)

    def _count(self, *_arguments: Any) -> None:
        self.statements += 1

    def values(self, person: str, model: str, *names: str, order: str = "id") -> list[tuple[Any, ...]]:
        """Values of all records that a person sees."""
        with self.env(person) as env:
            records: list[Any] = env.search(model, order=order, limit=10_000)
            return [tuple(getattr(record, name) for name in names) for record in records]


@pytest.fixture
def desk(own_database: ScratchDatabase, composed: Composition, tmp_path: Path) -> Desk:
    return Desk(own_database, composed, tmp_path)


@pytest.fixture
def office(own_database: ScratchDatabase, composed: Composition, tmp_path: Path) -> Any:
    from tests.core.exchange.office import Office

    return Office(own_database, composed, tmp_path)
