"""Nothing that an addon does wrong stops the product: broken ones stand aside, safe mode starts the kernel alone, and
older code is refused. One deployment, with all shipped addons and some wild ones; each test goes on where the one before
ended.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from core.server.embedded import EmbeddedServer
from tests.core.server.processes import has_ended, state_folder, wait_until
from tests.system.served import Served, keyuan
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("safe")]

MANIFEST = """
from core.api import Manifest
manifest = Manifest(name="{name}", title="{name}", version="{version}", depends={depends!r})
"""
MODEL = """
from core.api import CompanyOwned, Mapped, USER, _, field, grant
class {model}(CompanyOwned, label=_("{model}"), display="title"):
    title: Mapped[str] = field(_("Title"))
    {more}
grants = [grant(USER, {model}, "read create update")]
"""
DEMO = """
from {name}.models import {model}
from core.api import demo
@demo
def fill(env):
    for number in range(3):
        env.create({model}, title=f"{model} {{number}}")
"""
WILD = {
    "wild_good": "Good",
    "wild_import": "Alpha",
    "wild_compose": "Beta",
    "wild_moving": "Gamma",
    "wild_hang": "Delta",
}
PASSING = ("base.session", "base.login_attempt", "base.job", "base.schedule", 'base."user"')
"""Tables that remember visits, the last sign-in of an account among them, and the work of the queue."""


@dataclass
class Deployment:
    state: Path
    accounts: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.state.parent / "wild"

    def write(self, name: str, *, version: str = "1.0.0", more: str = "", **files: str) -> None:
        """An addon, or another version of it; `models` may be given whole."""
        folder, model = self.folder / name, WILD.get(name, "Fresh")
        texts = {
            "manifest": MANIFEST.format(name=name, version=version, depends=["crm_base"]),
            "models": MODEL.format(model=model, more=more), "demo": DEMO.format(name=name, model=model),
        } | files  # fmt: skip
        for place, text in {"__init__": "", **texts}.items():
            path = folder / f"{place}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def rows(self) -> dict[str, str]:
        """A hash of all rows of every table outside of the catalogue, by table."""
        with self.database() as cursor:
            cursor.execute(
                "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema|core$)' order by 1"
            )
            tables = [row[0] for row in cursor.fetchall()]
            found = {}
            for table in tables:
                cursor.execute(
                    f"select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from {table} t"
                )
                found[table] = cursor.fetchone()[0]
        return found

    @contextmanager
    def database(self) -> Iterator[psycopg2.extensions.cursor]:
        """As its owner; the server is started for as long as nobody else has."""
        with EmbeddedServer(self.state, None).start() as running:
            url = running.owner_url.replace("postgresql+psycopg2://", "postgresql://")
            connection = psycopg2.connect(url)
            try:
                with connection, connection.cursor() as cursor:
                    yield cursor
            finally:
                connection.close()

    def standing(self) -> dict[str, str]:
        """What is written down, by addon: the kind."""
        with self.database() as cursor:
            cursor.execute("select addon, kind from core.standing")
            return dict(cursor.fetchall())

    @contextmanager
    def served(self, *options: str) -> Iterator[Served]:
        serving = Served(self.state, *options, "--port", "0")
        try:
            yield serving.wait_ready(300)
        finally:
            assert serving.stop(60) == 0
            has_ended(self.state)

    def visitor(self, serving: Served, login: str | None = None) -> Visitor:
        visitor = Visitor(serving.address or "")
        login = login or next(iter(self.accounts))
        assert visitor.sign_in(login, self.accounts[login]).path == "/"
        return visitor


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    """The demonstration of all shipped addons and of five wild ones, which are sound as yet; it is not running."""
    with state_folder("wild") as state:
        made = Deployment(state, {})
        for name in WILD:
            made.write(name)
        (state.parent / "keyuan.toml").write_text(
            f'addons_path = ["{made.folder}"]\nimport_seconds = 10\n', "utf-8"
        )
        with made.served("--demo") as serving:
            made.accounts = serving.accounts
            assert made.visitor(serving).get("/r/wild_good.good").status == 200
        yield made


def test_safe_mode_starts_the_kernel_alone_and_touches_nothing(deployment: Deployment) -> None:
    before = deployment.rows()
    assert sum(table.startswith("crm_") for table in before) > 50
    with deployment.served("--safe-mode") as serving:
        for login in deployment.accounts:
            start = deployment.visitor(serving, login).get("/")
            assert start.status == 200
            assert "crm_" not in start.text and "wild_" not in start.text
        visitor = deployment.visitor(serving)
        for path in ("/r/base.employee", "/r/base.department", "/r/base.company", "/preferences", "/notices"):
            assert visitor.get(path).status == 200, path
        for path in ("/r/crm_base.customer", "/r/crm_leads.lead/1", "/r/wild_good.good"):
            assert visitor.get(path).status == 404, path
        assert serving.faults() == []
    after = deployment.rows()
    assert {table for table in before if before[table] != after.get(table)} <= set(PASSING)
    assert deployment.standing() == {}
    with deployment.served() as serving:
        assert deployment.visitor(serving).get("/r/crm_base.customer").status == 200


def test_broken_addons_stand_aside_and_everything_else_works(deployment: Deployment) -> None:
    before = deployment.rows()
    deployment.write("wild_import", models="raise RuntimeError('the price list is gone')\n")
    deployment.write("wild_compose", more="odd: Mapped[complex] = field(_('Odd'))")
    migration = "def before(op):\n    op.execute('delete from wild_moving.gamma')\n    raise ValueError('cannot move')\n"
    deployment.write("wild_moving", version="1.1.0", more="size: Mapped[int] = field(_('Size'), default=7)",
                     **{"migrations/1.1.0": migration})  # fmt: skip
    deployment.write("wild_hang", models="while True:\n    pass\n")
    with deployment.served() as serving:
        visitor = deployment.visitor(serving)
        assert visitor.get("/").status == 200
        assert "Good 1" in visitor.get("/r/wild_good.good").text
        assert visitor.get("/r/crm_base.customer").status == 200
        for path in (
            "/r/wild_import.alpha",
            "/r/wild_compose.beta",
            "/r/wild_moving.gamma",
            "/r/wild_hang.delta",
        ):
            assert visitor.get(path).status == 404, path
        assert deployment.standing() == {
            "wild_import": "code", "wild_compose": "code", "wild_moving": "tables", "wild_hang": "code",
        }  # fmt: skip
        log = serving.log.read_text()
        assert "the price list is gone" in log or deployment.standing()["wild_import"] == "code"
        assert "addon wild_compose stands aside" in log and "cannot be stored" in log
        assert "addon wild_moving stands aside" in log and "cannot move" in log
        worker = keyuan(deployment.state, "worker", "--once", seconds=300)
        assert worker.returncode == 0, worker.stderr
    after = deployment.rows()
    wild = [table for table in before if table.startswith("wild_")]
    assert len(wild) == len(WILD)
    assert {table for table in wild if before[table] != after[table]} == set(), "the jobs of others run"


def test_the_next_generation_leaves_them_aside_too(deployment: Deployment) -> None:
    """Another addon is installed meanwhile; what it does not fit its tables is not taken along."""
    deployment.write("wild_hang")
    deployment.write("wild_fresh")
    with deployment.served() as serving:
        visitor = deployment.visitor(serving)
        assert visitor.get("/r/wild_fresh.fresh").status == 404
        installed = keyuan(deployment.state, "addon", "install", "wild_fresh", "--yes")
        if installed.returncode == 2:  # a command that does not ask yet
            installed = keyuan(deployment.state, "addon", "install", "wild_fresh")
        assert installed.returncode == 0, installed.stderr
        enabled = keyuan(deployment.state, "addon", "enable", "wild_fresh", "--all-companies", "--yes")
        if enabled.returncode == 2:
            enabled = keyuan(deployment.state, "addon", "enable", "wild_fresh", "--all-companies")
        assert enabled.returncode == 0, enabled.stderr
        wait_until(lambda: visitor.get("/r/wild_fresh.fresh").status == 200, "the next generation", 90)
        assert "Good 1" in visitor.get("/r/wild_good.good").text
        assert visitor.get("/r/wild_moving.gamma").status == 404
        assert set(deployment.standing()) == {"wild_import", "wild_compose", "wild_moving"}


def test_repaired_they_are_back_with_all_their_data(deployment: Deployment) -> None:
    deployment.write("wild_import")
    deployment.write("wild_compose")
    migration = (
        "def after(op):\n    op.execute(\"update wild_moving.gamma set size = 9 where title = 'Gamma 1'\")\n"
    )
    deployment.write("wild_moving", version="1.1.0", more="size: Mapped[int] = field(_('Size'), default=7)",
                     **{"migrations/1.1.0": migration})  # fmt: skip
    with deployment.served() as serving:
        visitor = deployment.visitor(serving)
        for name, model in WILD.items():
            assert f"{model} 1" in visitor.get(f"/r/{name}.{model.lower()}").text, name
        assert deployment.standing() == {}
    with deployment.database() as cursor:
        cursor.execute("select distinct title, size from wild_moving.gamma order by 1")
        assert cursor.fetchall() == [("Gamma 0", 7), ("Gamma 1", 9), ("Gamma 2", 7)]


def test_changed_files_are_loaded_while_it_serves_and_mistakes_are_shown(deployment: Deployment) -> None:
    """`--dev`: a changed model has its column, a mistake leaves the old generation serving, its repair loads again."""
    field = "{name}: Mapped[str | None] = field(_('{label}'), default=None)"
    with deployment.served("--dev") as serving:
        visitor = deployment.visitor(serving)
        new = "/r/wild_good.good/new"
        assert "Freckles" not in visitor.get(new).text
        deployment.write("wild_good", more=field.format(name="spots", label="Freckles"))
        wait_until(lambda: "Freckles" in visitor.get(new).text, "the changed model", 90)
        deployment.write("wild_good", more="spots: Mapped[complex] = field(_('Freckles'))")
        wait_until(lambda: "everything goes on as before" in serving.log.read_text(), "the complaint", 90)
        said = serving.log.read_text()
        assert re.search(r"addon wild_good: .*cannot be stored.*wild_good/models\.py:5", said)
        assert "Freckles" in visitor.get(new).text
        deployment.write("wild_good", more=field.format(name="stripes", label="Stripes"))
        wait_until(lambda: "Stripes" in visitor.get(new).text, "the repaired model", 90)
        assert serving.said.count("Files have changed") == 3
        time.sleep(2)
        assert serving.said.count("Files have changed") == 3, "at rest nothing is loaded"
    deployment.write("wild_good", more=field.format(name="stripes", label="Stripes"))


def test_older_code_is_refused_with_a_sentence(deployment: Deployment) -> None:
    deployment.write("wild_moving", version="1.0.5")
    refused = keyuan(deployment.state, "serve", "--port", "0")
    assert refused.returncode == 1
    assert "belongs to version 1.1.0 of wild_moving, but version 1.0.5 is installed" in refused.stderr
    assert "Traceback" not in refused.stderr
    deployment.write("wild_moving", version="1.1.0", more="size: Mapped[int] = field(_('Size'), default=7)")
    with deployment.database() as cursor:
        cursor.execute("update core.generation set kernel_version = '99.1.0', schema_hash = 'of that one'")
    for options in ((), ("--safe-mode",)):
        refused = keyuan(deployment.state, "serve", "--port", "0", *options)
        assert refused.returncode == 1
        assert "belongs to version 99.1.0 of Keyuan" in refused.stderr
        assert "Traceback" not in refused.stderr
