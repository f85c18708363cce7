"""The application behind PgBouncer in transaction mode: each transaction may be on another connection to the server."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from core.automation.worker import Worker
from core.errors import ConfigError
from core.lifecycle.database import prepare_database
from core.orm.compose import Composition
from core.orm.engine import Scope, apply_scope, make_engine
from core.orm.prepared import USES_BEFORE, by_ids
from core.testing.people import STAFF
from tests.core.server.processes import wait_until
from tests.system.pooler import SERVER_CONNECTIONS, Pooler, pooler_for
from tests.system.served import Served
from tests.system.site import PASSWORD, Site, find_staff_of
from tests.system.visitor import Visitor

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.xdist_group("pooler")]
NEW = "/r/crm_base.customer/new"
CLIENTS = 8
ROUNDS = 12
PID, VISIBLE = text("select pg_backend_pid()"), text("select distinct company_id from crm_base.customer")
ZONE = "Asia/Shanghai"
SETTINGS = text(
    "select coalesce(current_setting('keyuan.read', true), ''), current_setting('statement_timeout'), "
    "current_setting('TimeZone')"
)


@pytest.fixture(scope="module")
def pooler(site: Site) -> Iterator[Pooler]:
    """Every company has customers of its own. The server has a time zone of its own: the pooler passes it on."""
    for person in ("owner", "other"):
        for number in range(3):
            site.make(person, "crm_base.customer", name=f"{STAFF[person]} customer {number}")
    with site.database.owner.begin() as connection:
        connection.execute(text(f"alter database {site.database.name} set timezone to '{ZONE}'"))
    with pooler_for(site.database) as running:
        yield running


@pytest.fixture(scope="module")
def engine(site: Site, pooler: Pooler) -> Iterator[Engine]:
    made = make_engine(pooler.urls(site.database).app_url, pool_size=CLIENTS, max_overflow=0)
    yield made
    made.dispose()


def name_of(number: int, turn: int) -> str:
    """Unlike all others: similar names are asked about before they are saved."""
    return hashlib.sha256(f"{number} {turn}".encode()).hexdigest()[:16]


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """The same work by all clients, each in a thread of its own, beginning together."""
    start = threading.Barrier(CLIENTS)

    def begin(number: int) -> Any:
        start.wait(30)
        return work(number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(begin, range(CLIENTS), timeout=120))


def test_settings_end_with_their_transaction_whoever_gets_the_connection_next(
    site: Site, engine: Engine
) -> None:
    companies = list(find_staff_of(site).companies.values())
    clients_of: dict[int, set[int]] = defaultdict(set)

    def work(number: int) -> None:
        mine = companies[number % len(companies)]
        with engine.connect() as connection:
            for _round in range(ROUNDS):
                assert connection.execute(VISIBLE).all() == [], "nothing is seen before a company is named"
                assert connection.execute(SETTINGS).one() == ("", "0", ZONE)
                connection.rollback()
                apply_scope(connection, Scope(read=(mine,), timeout_ms=10_001 + number))
                clients_of[connection.execute(PID).scalar_one()].add(number)
                assert connection.execute(VISIBLE).scalars().all() == [mine]
                assert connection.execute(SETTINGS).one() == (f"{{0,{mine}}}", f"{10_001 + number}ms", "UTC")
                connection.commit()

    at_once(work)
    assert len(clients_of) <= SERVER_CONNECTIONS
    shared = [numbers for numbers in clients_of.values() if len({number % 2 for number in numbers}) == 2]
    assert shared, "no connection has served both companies: nothing was tried"


def test_a_setting_of_the_session_would_reach_the_next_client(engine: Engine) -> None:
    """The trial has teeth: what is not local to a transaction does come to others."""
    with engine.connect() as one, engine.connect() as other:
        one.execute(text("select set_config('keyuan.trial', 'left behind', false)"))
        one.commit()
        found = []
        for _round in range(SERVER_CONNECTIONS):
            found.append(other.execute(text("select current_setting('keyuan.trial', true)")).scalar_one())
            other.commit()
        assert "left behind" in found
        one.execute(text("select set_config('keyuan.trial', '', false)"))
        one.commit()


def test_nothing_is_prepared_in_a_connection_that_others_get_next(engine: Engine) -> None:
    held = text("select count(*) from pg_prepared_statements")
    with engine.connect() as one:
        for _use in range(2 * SERVER_CONNECTIONS + USES_BEFORE):
            assert one.execute(text("select 1"), execution_options=dict(by_ids())).scalar_one() == 1
            assert one.execute(held).scalar_one() == 0
            one.commit()


@pytest.fixture(scope="module")
def served(site: Site, pooler: Pooler, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`keyuan serve` with two web processes and a worker, all of them behind the pooler."""
    folder: Path = tmp_path_factory.mktemp("pooled")
    urls = pooler.urls(site.database)
    settings = {"database_url": urls.app_url, "owner_url": urls.owner_url}
    (folder / "keyuan.toml").write_text("".join(f'{name} = "{value}"\n' for name, value in settings.items()))
    running = Served(folder / "state", "--port", "0", "--web-processes", "2").wait_ready()
    yield running
    assert running.stop() == 0
    assert running.faults() == []


def test_people_of_two_companies_work_at_once_in_their_own(site: Site, served: Served) -> None:
    people = ["owner", "other", "colleague", "other", "superior", "director", "other", "owner"]
    foreign = {"North": "South customer", "South": "North customer"}

    def work(number: int) -> str:
        person, visitor = people[number], Visitor(served.address or "")
        assert visitor.sign_in(person, PASSWORD).path == "/"
        for turn in range(4):
            name = name_of(number, turn)
            made = visitor.post(NEW, name=name, phone=f"138{number:04}{turn:04}")
            assert made.path != NEW, made.page.get_text(" ", strip=True)[:2000]
            listed = visitor.get("/r/crm_base.customer?preset=&limit=500")
            assert listed.status == 200
            assert name in listed.text
            assert foreign[STAFF[person]] not in listed.text
            assert visitor.get(f"/r/crm_base.customer?preset=&q={name}").text.count(name) > 1
        return person

    assert at_once(work) == people
    staff = find_staff_of(site)
    written = text(
        'select u.login, c.name, count(*) from crm_base.customer r join base."user" u on u.id = r.created_by_id '
        "join base.company c on c.id = r.company_id where r.name ~ '^[0-9a-f]{16}$' group by 1, 2"
    )
    audited = text(
        "select distinct a.user_id, a.company_id from core.audit a join crm_base.customer r on r.id = a.record_id "
        "where a.model = 'crm_base.customer' and a.operation = 'create' and r.name ~ '^[0-9a-f]{16}$'"
    )
    with site.database.owner.connect() as connection:
        rows = {(login, company): count for login, company, count in connection.execute(written)}
        witnesses = {tuple(row) for row in connection.execute(audited)}
    assert rows == {(person, STAFF[person]): 4 * people.count(person) for person in set(people)}
    assert witnesses == {(staff.users[person], staff.companies[STAFF[person]]) for person in set(people)}


def test_languages_do_not_mix(site: Site, served: Served) -> None:
    def work(number: int) -> None:
        visitor = Visitor(served.address or "")
        wanted = "en" if number % 2 else "zh-CN"
        visitor._opener.addheaders = [("Accept-Language", wanted)]
        for _turn in range(8):
            assert visitor.get("/login").page.html["lang"] == wanted

    at_once(work)


def test_jobs_are_taken_once_and_done_behind_the_pooler(
    site: Site, composed: Composition, engine: Engine
) -> None:
    """Asking for a job notifies, taking it locks a row: both are of one transaction.

    Two workers, this one and that of `keyuan serve`: each needs a second connection to say how far it is, and the pool
    has to be larger than their number.
    """
    make = text(
        "insert into base.job (title, name, company_id, arguments, run_at, state) "
        "select 'Look', 'addons.crm_leads.jobs.look_at_opportunities', id, '{}', now(), 'queued' from base.company, "
        "generate_series(1, 10) where code = 'North'"
    )
    with site.database.owner.begin() as connection:
        connection.execute(make)
    worker, done = Worker(engine), 0
    while worker.run_one():
        done += 1
    assert done > 0
    states = text("select state, attempts, count(*) from base.job where title = 'Look' group by 1, 2")

    def ended() -> dict[tuple[str, int], int] | None:  # the worker of `keyuan serve` has taken its share
        with site.database.owner.connect() as connection:
            found = {(state, attempts): count for state, attempts, count in connection.execute(states)}
        return None if {state for state, _attempts in found} & {"queued", "running"} else found

    assert wait_until(ended, "the end of all jobs", 60) == {("done", 1): 10}


def test_the_owner_is_refused_behind_the_pooler(site: Site, pooler: Pooler) -> None:
    """The lock of the deployment is one of the session: behind the pooler two operations could hold it."""
    pooled = make_engine(pooler.through(site.database.urls.owner_url), pooled=False)
    with pooled.connect() as one, pooled.connect() as other:
        lock = text("select pg_try_advisory_lock(1), pg_backend_pid()")
        held = one.execute(lock).one()
        one.commit()
        second = other.execute(lock).one()
        other.commit()
    assert (held[0], second[0]) == (True, True), "both hold what only one may hold"
    with pytest.raises(ConfigError, match="KEYUAN_OWNER_URL"):
        prepare_database(pooled, pooler.urls(site.database))
    assert prepare_database(site.database.owner, pooler.urls(site.database)).role_created is False
