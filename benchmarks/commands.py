"""Commands of the product as processes of their own, on databases that are made for the purpose and dropped."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text

from benchmarks.data import create_database, database_at, drop_database, state_dir
from core.auth.sessions import start_session
from core.config import Config, process_environment
from core.lifecycle.database import Database
from core.orm.engine import make_engine, session_factory

SCRATCH: Final = "bench_scratch"
_SECONDS: Final = 300


@dataclass(frozen=True)
class Deployment:
    """An empty database of the benchmark's cluster, and where further addons lie."""

    config: Config
    owner_url: str
    addons: tuple[Path, ...] = ()

    @property
    def database(self) -> Database:
        """Both roles of it."""
        return database_at(self.config, self.owner_url, SCRATCH)

    @property
    def settings(self) -> dict[str, str]:
        """One address, the owner's: the command makes the application's role."""
        folders = ":".join(str(folder) for folder in (*self.config.addons_path, *self.addons))
        return {
            "KEYUAN_DATABASE_URL": self.database.owner_url, "KEYUAN_STATE_DIR": str(state_dir(self.config)),
            "KEYUAN_ADDONS_PATH": folders,
        }  # fmt: skip

    def run(self, *words: str) -> None:
        """`keyuan WORDS`."""
        keyuan(self.settings, *words)

    def token(self) -> str:
        """A session of the administrator whom `keyuan init` has made."""
        owner = make_engine(self.database.owner_url, pooled=False)
        with owner.connect() as connection:
            user = connection.execute(text("select id from base.user where login = 'admin'")).scalar_one()
            company = connection.execute(text("select id from base.company order by id limit 1")).scalar_one()
        owner.dispose()
        app = self.database.app_engine(pool_size=1)
        with session_factory(app)() as session:
            token = start_session(session, user, company_id=company)
            session.commit()
        app.dispose()
        return token


def command_cpu() -> float:
    """Seconds of CPU of all commands that have ended so far, the processes they started among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def keyuan(settings: dict[str, str], *words: str) -> None:
    """Run a command; what it wrote is shown when it fails."""
    command = [sys.executable, "-m", "core.cli", *words]
    found = subprocess.run(
        command, env=process_environment(**settings), capture_output=True, text=True, timeout=_SECONDS
    )
    if found.returncode:
        raise RuntimeError(f"keyuan {' '.join(words)}: {found.stdout}{found.stderr}")


@contextmanager
def empty_deployment(config: Config, owner_url: str, addons: tuple[Path, ...] = ()) -> Iterator[Deployment]:
    """An empty database; it is gone afterwards."""
    create_database(owner_url, SCRATCH)
    try:
        yield Deployment(config, owner_url, addons)
    finally:
        drop_database(owner_url, SCRATCH)
