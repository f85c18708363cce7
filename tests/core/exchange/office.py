"""A company whose people export: each export is a request of its own, committed, with its file on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.automation.worker import Worker
from core.exchange.asked import Asked
from core.exchange.columns import exportable
from core.exchange.export_files import file_of
from core.exchange.export_jobs import export_rows
from core.exchange.export_mapping import mapping_for
from core.exchange.exporting import begin
from core.exchange.importing import Import, Wishes
from core.exchange.models import Export
from core.exchange.parsing import parse_mapping
from core.exchange.reading import Format, Source
from core.exchange.report import Outcome, Report
from core.i18n import use_language
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.trust import TRUSTED
from core.testing.people import STAFF
from tests.core.exchange.conftest import Desk

CUSTOMER = "crm_base.customer"


class Office(Desk):
    """Runs exports as people of the company, and takes files back."""

    @property
    def _told(self) -> dict[str, Any]:
        return {"keyuan.files": self.folder / "files"}

    @contextmanager
    def env(self, person: str, language: str = "en") -> Iterator[Env]:
        with session_factory(self.database.app, self._told)() as session, use_language(language):
            identity = identity_of(session, self.staff.users[person], self.staff.companies[STAFF[person]])
            assert identity is not None
            env = make_env(session, identity, "page", language=language)
            with use_env(env):
                yield env

    def add(self, person: str, *rows: dict[str, Any], model: str = CUSTOMER) -> list[int]:
        with self.env(person) as env:
            ids = env.create_many(model, rows)
            env.commit()
        return ids

    def change(self, person: str, key: int, model: str = CUSTOMER, **values: Any) -> None:
        with self.env(person) as env:
            env.write(env.get(model, key), **values)
            env.commit()

    def value(self, person: str, key: int, *names: str, model: str = CUSTOMER) -> tuple[Any, ...]:
        with self.env(person) as env:
            record: Any = env.get(model, key)
            return tuple(getattr(record, name) for name in names)

    def export(
        self, person: str, *columns: str, language: str = "en", model: str = CUSTOMER, **wishes: Any
    ) -> int:
        """Export and give the id; a job that was asked for is left in the queue."""
        with self.env(person, language) as env:
            names = columns or tuple(exportable(env, env.info(model)))
            query = tuple(wishes.pop("query", ()))
            key = begin(env, Asked(model, query, names, **wishes), export_rows)
            env.commit()
        return key

    def work(self) -> None:
        worker = Worker(self.database.app, self._told)
        while worker.run_one():
            pass

    def record(self, person: str, key: int) -> dict[str, Any]:
        with self.env(person) as env:
            found: Any = env.get(Export, key)
            names = (
                "name",
                "rows",
                "size",
                "cut",
                "conditions",
                "columns",
                "finished_at",
                "job_id",
                "user_id",
            )
            return {name: getattr(found, name) for name in names}

    def path(self, person: str, key: int) -> Path:
        with self.env(person) as env:
            return file_of(env, env.user_id, key)

    def table(self, person: str, key: int) -> list[dict[str, str]]:
        """A file of cells as the import reads it, by heading in small letters."""
        source = Source(self.path(person, key), "export", Format(encoding=None, separator=None))
        return [dict(row.cells) for row in source]

    def lines(self, person: str, key: int) -> list[dict[str, Any]]:
        text = self.path(person, key).read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def take_back(self, person: str, key: int, **wishes: Any) -> tuple[Report, list[Outcome]]:
        """Import the file of an export with the mapping that belongs to it."""
        folder = self.folder / f"back-{key}"
        folder.mkdir(exist_ok=True)
        with self.env(person) as env:
            export: Any = env.get(Export, key)
            (folder / export.name).write_bytes(file_of(env, env.user_id, key).read_bytes())
            text = mapping_for(env, Asked.from_json(export.asked), export.name)
            outcomes: list[Outcome] = []
            report = Import(env, parse_mapping(text, "back.toml"), folder, Wishes(**wishes)).run(
                outcomes.append
            )
        return report, outcomes

    def audit(self, operation: str) -> list[Any]:
        """What the audit says of such operations, the oldest first."""
        wanted = select(audit).where(audit.c.operation == operation).order_by(audit.c.id)
        with session_factory(self.database.owner)() as session:
            return list(session.execute(wanted, execution_options=TRUSTED))
