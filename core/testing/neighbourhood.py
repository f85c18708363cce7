"""A deployment in which an addon is not installed yet, built in a process of its own.

A process has one composition; what a database looks like without an addon is therefore made by another one, as in
production the addon's code comes with the next generation of processes.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.config import installation_root
from core.lifecycle.database import Database
from core.lifecycle.install import initialise
from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.factories import Factory, has_choices
from core.testing.people import NORTH, SOUTH, find_staff, hire
from core.testing.product import Product


def deployment_of(
    server: DatabaseServer, addons: Sequence[str], addons_path: Sequence[Path]
) -> ScratchDatabase:
    """A new database with the people of the kit and a record of every model of `addons` alone; made once in a run for
    all that begin beside the same ones.
    """
    beside = {"addons": sorted(addons), "addons_path": [str(folder) for folder in addons_path]}

    def build(draft: ScratchDatabase) -> None:
        wanted = beside | {"database": [draft.name, draft.urls.owner_url, draft.urls.app_url]}
        process = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(wanted), text=True, capture_output=True, cwd=installation_root(), check=False,
        )  # fmt: skip
        if process.returncode:
            raise RuntimeError(f"a deployment of {', '.join(addons)} could not be made:\n{process.stderr}")

    key = hashlib.sha256(json.dumps(beside).encode()).hexdigest()[:12]
    return server.create(server.template(f"of_{key}", build))


def fill(database: ScratchDatabase, composed: Composition, addons: Sequence[str]) -> None:
    """One record of every model of these addons in each company of the kit."""
    with session_factory(database.app).begin() as session:
        staff = find_staff(session.connection(), composed)
        for company in (NORTH, SOUTH):
            with system_env(session, staff.companies[company], frozenset(composed.addons), "tests") as env:
                factory = Factory(env)
                for info in composed.models.values():
                    if info.addon in addons and has_choices(info):
                        factory.make(info.key)


def main() -> None:
    """Build what the standard input asks for."""
    wanted = json.load(sys.stdin)
    name, owner_url, app_url = wanted["database"]
    database = ScratchDatabase(name, Database(owner_url, app_url, APP_ROLE, own_role=True))
    folders = [Path(folder) for folder in wanted["addons_path"]]
    composed = Product(wanted["addons"], folders, bridged=False).compose()
    initialise(database.owner, APP_ROLE, composed)
    with database.owner.begin() as connection:
        hire(connection, composed, {})
    fill(database, composed, composed.addons)
    database.close()


if __name__ == "__main__":
    main()
