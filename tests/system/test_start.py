"""What a start must not do: what costs time or memory in every process is left out, and work is done in batches.

Structure, not time: the machine that runs the tests may be busy.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from benchmarks.toys import make_toys
from core.config import Config, installation_root
from core.lifecycle.install import initialise, install, upgrade_schema
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.testing.database import APP_ROLE, ScratchDatabase

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("start")]

LATER = ("alembic", "babel.messages", "cryptography", "joserfc", "pypinyin", "python_calamine", "segno",
         "sqlalchemy.dialects.oracle", "webauthn")  # fmt: skip
"""What only few requests and commands need: comparing tables, compiling catalogues, second factors, workbooks."""
NOT_IN_THE_PARENT = ("addons", "core.lifecycle", "core.orm", "core.web", "psycopg2", "pyramid", "sqlalchemy")
GENERATION = """
import sys, tempfile, threading
from dataclasses import replace
from pathlib import Path
import core.cli.raising as raising
from core.config import load_config
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import compose

config = replace(load_config({}), state_dir=Path(sys.argv[1]), database_url="postgresql+psycopg2://nobody@/nothing")
found = discover(config)
app = raising.application(config, compose(load(order(found, [one.name for one in found]))))
raising.compile_templates(app)
assert threading.active_count() == 1, "whoever is forked has no threads"
assert app.registry.settings["keyuan.engine"].pool.checkedin() == 0, "nor connections"
print(*sys.modules)
"""


def modules_after(code: str, *arguments: str) -> set[str]:
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    done = subprocess.run(command, cwd=installation_root(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def within(modules: set[str], packages: tuple[str, ...]) -> list[str]:
    return sorted(
        one for one in modules if any(one == name or one.startswith(f"{name}.") for name in packages)
    )


def test_the_parent_process_is_small() -> None:
    modules = modules_after("import sys, core.cli, core.cli.serve; print(*sys.modules)")
    assert within(modules, NOT_IN_THE_PARENT + LATER) == []


def test_a_generation_is_loaded_without_what_is_rarely_needed(tmp_path: Path) -> None:
    modules = modules_after(GENERATION, str(tmp_path))
    assert within(modules, LATER) == []
    assert {"core.server.serving", "waitress", "addons.crm_leads.models"} <= modules, "shared by the children"


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """What is sent to the database meanwhile, by the first word."""
    sent: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent[statement.split()[0].lower()] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def product(folder: Path | None, *names: str) -> Composition:
    paths = (installation_root() / "addons", *([folder] if folder is not None else []))
    found = discover(Config(installation_root(), paths))
    return compose(load(order(found, ["crm_base", "crm_leads", *names])))


def test_a_deployment_takes_few_statements_and_one_more_addon_fewer(
    empty_database: ScratchDatabase, tmp_path: Path
) -> None:
    names = make_toys(tmp_path, 3)
    owner = empty_database.owner
    with statements() as sent:
        initialise(owner, APP_ROLE, product(None))
    assert sent.total() < 70
    assert sent["create"] < 8, "all tables of all addons are one script"
    with statements() as one:
        report = install(owner, APP_ROLE, product(tmp_path, names[0]), names[:1])
    assert [operation.kind for operation in report.operations] == ["schema", "table", "column"]
    assert one.total() < 60, "tables that lack nothing are not compared one by one"
    with statements() as two:
        install(owner, APP_ROLE, product(tmp_path, *names), names[1:])
    assert two.total() <= one.total() + 12
    with statements() as none:
        upgrade_schema(owner, APP_ROLE, product(tmp_path, *names))
    assert none.total() < 10
