"""Reading on a streaming replica: never the past, behind the same walls, and without it when it is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from webtest import TestApp

from core.cli.deployment import Deployment
from core.cli.doctor_indexes import print_index_report
from core.config import Config
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope, session_factory, set_scope
from core.orm.leakproof import missing_leakproof
from core.orm.replica import PATIENCE, Replica, replica_engine, replica_problems
from core.orm.retrying import Overtaken
from core.orm.trust import TRUSTED
from core.server.embedded import Running
from core.testing.database import DatabaseServer
from core.testing.product import Product
from core.web.app import make_app
from core.web.reports import SETTING
from tests.system.site import ROLES, Site, find_staff_of, make_site
from tests.system.standby import Standby, primary, standby_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("replica")]
CUSTOMERS = text("select company_id, count(*) from crm_base.customer group by 1")
NAMES = text("select name from crm_base.customer order by id")
GROUPED = "/r/crm_base.customer?group=status&preset="


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with primary() as found:
        yield found


@dataclass
class Pair:
    """The site on the primary, and its replica."""

    site: Site
    standby: Standby
    reader: Engine
    asked: list[str] = field(default_factory=list)

    def application(self, folder: Path, patience: float = PATIENCE) -> TestApp:
        """Pages with the replica, whose statements are noted in `asked`."""
        config = Config(folder, (), base_url="http://localhost", language="en",
                        replica_url=self.standby.url(self.site.database.urls.app_url))  # fmt: skip
        made = make_app(config, self.site.composed, engine=self.site.database.app, reload=False)
        replica: Replica = made.registry.settings[SETTING]  # type: ignore[attr-defined]
        replica._patience = patience
        self.note(replica._sessions.kw["bind"])
        browser = TestApp(made, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
        self.site.visitor("owner")
        browser.set_cookie("keyuan", self.site._cookies["owner"])
        return browser

    def note(self, engine: Engine) -> None:
        @event.listens_for(engine, "before_cursor_execute")
        def noted(*arguments: Any) -> None:
            self.asked.append(arguments[2])


@pytest.fixture(scope="module")
def pair(
    running: Running, product: Product, composed: Composition, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    server = DatabaseServer(running.owner_url, "replica_tests", running)
    database = server.create(product.template(server, ROLES))
    config = Config(tmp_path_factory.mktemp("state"), (), base_url="http://localhost", language="en")
    site = make_site(config, composed, database)
    for person in ("owner", "other"):
        site.make(person, "crm_base.customer", name=f"Customer of {person}")
    with standby_of(running) as standby:
        reader = replica_engine(standby.url(database.urls.app_url), pool_size=2)
        yield Pair(site, standby, reader)
        reader.dispose()
    database.close()
    server._admin.dispose()


@pytest.fixture
def behind(pair: Pair) -> Iterator[None]:
    """The replica receives and does not replay."""
    pair.standby.ask("select pg_wal_replay_pause()")
    yield
    pair.standby.ask("select pg_wal_replay_resume()")


def counts_of(browser: TestApp) -> dict[str, int]:
    """Customers by status, as the page of the grouped list says."""
    rows = browser.get(GROUPED).html.select("table.is-groups tbody tr")
    return {row.select_one("a").get_text(): int(row.select_one("td.num span").get_text()) for row in rows}


def names_seen(replica: Replica, pair: Pair, person: str = "owner") -> list[str] | None:
    """Names of customers as the replica tells them, in the wall of that person's company; None: ask the primary."""
    staff = find_staff_of(pair.site)
    scope = Scope(read=(staff.companies["South" if person == "other" else "North"],))
    with session_factory(pair.site.database.app)() as session:
        set_scope(session, scope)
        with replica.reading(session) as there:
            if there is None:
                return None
            return list(there.scalars(NAMES, execution_options=TRUSTED))


def test_the_walls_stand_on_the_replica(pair: Pair) -> None:
    staff = find_staff_of(pair.site)
    with pair.reader.connect() as connection:
        assert connection.execute(CUSTOMERS).all() == []
        connection.rollback()
        apply_scope(connection, Scope(read=(staff.companies["North"],)))
        assert connection.execute(CUSTOMERS).all() == [(staff.companies["North"], 1)]
        connection.rollback()
        assert connection.execute(CUSTOMERS).all() == []
        assert missing_leakproof(connection) == []
        with pytest.raises(DBAPIError, match="read-only transaction"):
            connection.execute(text("delete from crm_base.customer"))


def test_an_amount_is_found_by_its_index_as_the_application_there_too(pair: Pair) -> None:
    """The leakproof marks have come along: without them a condition on an amount is applied after the wall."""
    staff = find_staff_of(pair.site)
    paging = text(
        "explain select id from crm_leads.lead where company_id = 1 and deleted_at is null "
        "and (expected_revenue, id) < (500.0::numeric, 7)"
    )
    with pair.reader.connect() as connection:
        apply_scope(connection, Scope(read=(staff.companies["North"],)))
        connection.execute(text("set local enable_seqscan = off"))
        plan = "\n".join(connection.execute(paging).scalars())
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "expected_revenue" in condition, plan


def test_what_was_just_written_is_read_there(pair: Pair) -> None:
    replica = Replica(pair.reader, patience=10)
    for number in range(20):
        name = f"Written {number}"
        pair.site.make("owner", "crm_base.customer", name=name)
        found = names_seen(replica, pair)
        assert found is not None
        assert found[-1] == name
    others = names_seen(replica, pair, "other")
    assert others == ["Customer of other"]


def test_a_replica_that_is_behind_is_not_read(pair: Pair, behind: None) -> None:
    pair.site.make("owner", "crm_base.customer", name="Not replayed yet")
    assert names_seen(Replica(pair.reader), pair) is None
    pair.standby.ask("select pg_wal_replay_resume()")
    found = names_seen(Replica(pair.reader, patience=10), pair)
    assert found is not None
    assert "Not replayed yet" in found


def test_grouped_lists_are_read_there_and_everything_else_here(pair: Pair, tmp_path: Path) -> None:
    browser = pair.application(tmp_path, patience=10)
    before = counts_of(browser)["Normal"]
    for number in range(1, 11):
        pair.site.make("owner", "crm_base.customer", name=f"Counted {number}")
        assert counts_of(browser)["Normal"] == before + number
    grouped = [one for one in pair.asked if "crm_base.customer" in one and "group by" in one.lower()]
    assert len(grouped) == 11, "each of them was counted on the replica"
    asked = len(pair.asked)
    for path in ("/r/crm_base.customer", "/", "/r/crm_base.customer/new", "/preferences"):
        assert browser.get(path).status_int == 200
    assert len(pair.asked) == asked
    with pair.site.database.owner.connect() as connection:
        assert replica_problems(pair.reader, connection) == []


def test_the_page_is_right_while_the_replica_is_behind_or_gone(
    pair: Pair, behind: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    browser = pair.application(tmp_path)
    for number in range(1, 4):
        pair.site.make("owner", "crm_base.customer", name=f"Sealed {number}", status="sealed")
        assert counts_of(browser)["Sealed"] == number
    pair.standby.ask("select pg_wal_replay_resume()")
    pair.standby.stop()
    caplog.set_level(logging.WARNING, "keyuan.replica")
    asked = len(pair.asked)
    for number in range(4, 7):
        pair.site.make("owner", "crm_base.customer", name=f"Sealed {number}", status="sealed")
        assert counts_of(browser)["Sealed"] == number
    told = [record for record in caplog.records if record.name == "keyuan.replica"]
    assert len(told) == 1, "it is asked once, and then left alone for a while"
    assert len(pair.asked) - asked <= 1
    with pair.site.database.owner.connect() as connection:
        (problem,) = replica_problems(pair.reader, connection)
    assert "cannot be reached" in str(problem)
    pair.standby.start()


def test_doctor_tells_of_the_replicas_own_use_of_indexes(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both URLs lead to the replica: nothing is written to answer."""
    urls = pair.site.database.urls
    there = replace(urls, owner_url=pair.standby.url(urls.owner_url), app_url=pair.standby.url(urls.app_url))
    deployment = Deployment(Config(tmp_path, ()), there)
    assert print_index_report(deployment, pair.site.composed, []) == 0
    assert "All declared indexes are there." in capsys.readouterr().out
    deployment.owner.dispose()
    deployment.app.dispose()


def test_a_fault_in_the_middle_sends_the_reader_to_the_primary(pair: Pair) -> None:
    replica = Replica(pair.reader, patience=10)
    assert names_seen(replica, pair) is not None
    factory = session_factory(pair.site.database.app)
    with factory() as session, pytest.raises(Overtaken), replica.reading(session) as there:
        assert there is not None
        there.execute(text("select 1 / 0"), execution_options=TRUSTED)
    assert names_seen(replica, pair) is None


def test_a_url_that_leads_to_no_replica_is_told_and_not_used(pair: Pair) -> None:
    wrong = replica_engine(pair.site.database.urls.app_url, pool_size=1)
    assert names_seen(Replica(wrong), pair) is None
    with pair.site.database.owner.connect() as connection:
        (problem,) = replica_problems(wrong, connection)
    assert "does not lead to a streaming replica" in str(problem)
    wrong.dispose()
