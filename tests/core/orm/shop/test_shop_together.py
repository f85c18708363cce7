"""Several sessions at a time, each committing: nothing is lost, nothing is given twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from toy_shop.models import Client, Item, Purchase

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.errors import Conflict, ValidationFailed
from core.orm.attempts import attempt
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.retrying import run_with_retry
from core.orm.trust import TRUSTED
from core.orm.writing import StaleRecord
from core.testing.database import ScratchDatabase
from core.testing.people import find_staff


class Office:
    """Requests of the administrator, each with a connection of its own."""

    def __init__(self, database: ScratchDatabase, composed: Composition) -> None:
        self.factory = session_factory(database.app)
        with database.app.connect() as connection:
            self.staff = find_staff(connection, composed)

    @contextmanager
    def request(self, person: str = "admin", clock: Callable[[], datetime] | None = None) -> Iterator[Env]:
        with self.factory() as session:
            identity = identity_of(session, self.staff.users[person], self.staff.companies["North"])
            assert identity is not None
            env = make_env(session, identity, "page", language="en", clock=clock)
            with use_env(env):
                yield env


@pytest.fixture
def office(own_database: ScratchDatabase, composed: Composition) -> Office:
    return Office(own_database, composed)


def committed(office: Office, work: Callable[[Env], Any]) -> Any:
    with office.request() as env:
        result = work(env)
        env.commit()
        return result


def test_a_row_that_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    key = committed(office, lambda env: env.create(Client, name="A", city="C").id)
    with office.request() as one:
        record: Any = one.get(Client, key)
        assert record.version == 1
        committed(office, lambda env: env.write(env.get(Client, key), name="theirs"))
        with pytest.raises(StaleRecord):
            one.write(record, name="mine")
    with office.request() as one:
        record = one.get(Client, key)
        committed(office, lambda env: env.write(env.get(Client, key), city="theirs"))
        with pytest.raises(Conflict), attempt(one):
            one.write(record, name="mine")
        assert (record.name, record.city) == ("theirs", "theirs"), (
            "after a refusal the record is as in the database"
        )


def test_the_unit_of_work_runs_again_and_merges(office: Office) -> None:
    key = committed(office, lambda env: env.create(Client, name="A", city="C").id)
    tries: list[int] = []

    def save() -> None:
        with office.request() as env:
            record: Any = env.get(Client, key)
            tries.append(record.version)
            if len(tries) == 1:
                committed(office, lambda other: other.write(other.get(Client, key), city="theirs"))
            env.write(record, version=1, name="mine")
            env.commit()

    run_with_retry(save, sleep=lambda seconds: None)
    assert tries == [1, 2]
    with office.request() as env:
        record: Any = env.get(Client, key)
        assert (record.name, record.city, record.version) == ("mine", "theirs", 3)


def test_a_conflict_that_stays_is_told_to_the_user(office: Office) -> None:
    key = committed(office, lambda env: env.create(Client, name="A").id)

    def save() -> None:
        with office.request() as env:
            record: Any = env.get(Client, key)
            committed(
                office, lambda other: other.write(other.get(Client, key), name=f"theirs {other.request_id}")
            )
            env.write(record, name="mine")

    with pytest.raises(Conflict):
        run_with_retry(save, sleep=lambda seconds: None)


def test_numbers_under_twenty_hands(office: Office) -> None:
    def order(n: int) -> list[str]:
        found: list[str] = []

        def make() -> None:
            with office.request() as env:
                ids = env.create_many(Client, [{"name": f"c{n}"}, {"name": f"d{n}"}])
                numbers = [record.number for record in env.get_many(Client, ids)]
                if n % 5 == 0:
                    env.session.rollback()
                else:
                    env.commit()
                    found.extend(numbers)

        run_with_retry(make)
        return found

    with ThreadPoolExecutor(20) as pool:
        numbers = [number for found in pool.map(order, range(20)) for number in found]
    assert len(numbers) == len(set(numbers)) == 32
    counters = sorted(int(number.rsplit("-", 1)[1]) for number in numbers)
    assert counters == list(range(1, 33)), "no gaps: a number of a rolled-back transaction is given again"


def at(text: str) -> Callable[[], datetime]:
    return lambda: datetime.fromisoformat(text)


def test_a_period_ends_at_midnight_of_the_company(office: Office) -> None:
    """Shanghai is eight hours ahead: 15:59 UTC is the last minute of the day there."""

    def number(clock: Callable[[], datetime]) -> str:
        with office.request(clock=clock) as env:
            made: str = env.create(Client, name="A").number  # type: ignore[attr-defined]
            env.commit()
            return made

    evening, midnight = at("2026-11-21T15:59:59+00:00"), at("2026-11-21T16:00:00+00:00")
    assert [number(evening), number(evening)] == ["C-20261121-0001", "C-20261121-0002"]
    assert [number(midnight), number(midnight)] == ["C-20261122-0001", "C-20261122-0002"]
    assert number(evening) == "C-20261122-0003", "a clock that is behind does not give old numbers again"
    assert number(midnight) == "C-20261122-0004"


def test_another_period_of_counting_goes_on_from_where_it_was(office: Office) -> None:
    day = at("2026-11-21T04:00:00+00:00")

    def number(reset: str | None = None) -> int:
        with office.request(clock=day) as env:
            if reset is not None:
                rule = env.sudo("a test").first(
                    "base.numbering",
                    env.sudo("t").condition("base.numbering", "sequence", "eq", "toy_shop.client"),
                )
                env.sudo("a test").write(rule, reset=reset)
            made: str = env.create(Client, name="A").number  # type: ignore[attr-defined]
            env.commit()
            return int(made.rsplit("-", 1)[1])

    assert [number(), number("year"), number(), number("month"), number("none"), number("day"), number()] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def test_computed_values_of_two_changes_at_a_time(office: Office) -> None:
    """One changes the discount of the client, the other the price of the purchase: the total knows both."""

    def made(env: Env) -> tuple[int, int]:
        client: Any = env.create(Client, name="c", discount=0)
        purchase: Any = env.create(Purchase, subject="p", client=client, price=100)
        env.create(Item, name="i", purchase=purchase)
        return client.id, purchase.id

    client_key, purchase_key = committed(office, made)

    def run(work: Callable[[Env, int], None]) -> Callable[[], None]:
        def several() -> None:
            for n in range(1, 9):

                def once(n: int = n) -> None:
                    with office.request() as env:
                        work(env, n)
                        env.commit()

                run_with_retry(once, tries=30)

        return several

    discounts = run(lambda env, n: env.write(env.get(Client, client_key), discount=Decimal(n)))
    prices = run(lambda env, n: env.write(env.get(Purchase, purchase_key), price=Decimal(100 + n)))
    threads = [threading.Thread(target=work) for work in (discounts, prices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.request() as env:
        purchase: Any = env.get(Purchase, purchase_key)
        (item,) = env.search(Item)
        assert (purchase.price, purchase.total, item.share) == (108, 100, 50)  # type: ignore[attr-defined]


def test_a_computed_value_that_only_looks_unchanged_is_written(office: Office) -> None:
    """Between reading and writing somebody lowers the total, and the own change raises it to what was read."""

    def made(env: Env) -> tuple[int, int]:
        client: Any = env.create(Client, name="c", discount=0)
        return client.id, env.create(Purchase, subject="p", client=client, price=100).id  # type: ignore[attr-defined]

    client_key, purchase_key = committed(office, made)
    with office.request() as env:
        purchase: Any = env.get(Purchase, purchase_key)
        assert purchase.total == 100
        env.session.commit()
        committed(office, lambda other: other.write(other.get(Client, client_key), discount=Decimal(1)))
        env.write(purchase, price=Decimal(101))
        env.commit()
    with office.request() as env:
        purchase = env.get(Purchase, purchase_key)
        assert (purchase.price, purchase.total) == (101, 100)


def test_two_take_the_same_unique_value(office: Office) -> None:
    with office.request() as one:
        one.create(Client, name="A", code="K")
        barrier = threading.Event()
        told: list[Any] = []

        def second() -> None:
            with office.request() as two:
                barrier.set()
                try:
                    two.create(Client, name="B", code="K")
                except ValidationFailed as problem:
                    told.append(problem)
                    two.create(Client, name="B", code="L")
                    two.commit()

        thread = threading.Thread(target=second)
        thread.start()
        barrier.wait()
        one.commit()
        thread.join()
    assert told and set(told[0].problems) == {"code"}
    with office.request() as env:
        assert sorted(record.code for record in env.search(Client)) == ["K", "L"]  # type: ignore[attr-defined]


def test_deleting_while_somebody_edits(office: Office) -> None:
    key = committed(office, lambda env: env.create(Client, name="A").id)
    with office.request() as one:
        record: Any = one.get(Client, key)
        committed(office, lambda env: env.delete(env.get(Client, key)))
        with pytest.raises(Exception) as told:
            one.write(record, name="mine")
        assert type(told.value).__name__ in ("NotFound", "StaleRecord")
    with office.request() as env:
        rows = env.page(Client, ["name"], binned=True).rows
        assert [row[2] for row in rows] == ["A"]


def test_two_take_the_same_step(office: Office) -> None:
    key = committed(office, lambda env: env.create(Purchase, subject="P").id)
    outcomes: list[str] = []

    def send() -> None:
        def once() -> None:
            with office.request() as env:
                record: Any = env.get(Purchase, key)
                record.send()
                env.commit()
                outcomes.append("sent")

        try:
            run_with_retry(once)
        except Exception as problem:
            outcomes.append(type(problem).__name__)

    threads = [threading.Thread(target=send) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["StateForbids"] * 5 + ["sent"]
    with office.request() as env:
        assert [entry.operation for entry in entries_of(env, env.info(Purchase), key)] == ["send", "create"]


def test_what_waits_for_the_commit_is_dropped_with_a_refusal(office: Office) -> None:
    done: list[str] = []
    with office.request() as env:
        env.after_commit(lambda: done.append("kept"))
        with pytest.raises(ValidationFailed), attempt(env):
            env.after_commit(lambda: done.append("dropped"))
            env.create(Client, name=None)
        with pytest.raises(ZeroDivisionError), attempt(env):
            env.create(Client, name="gone")
            raise ZeroDivisionError
        env.create(Client, name="there")
        env.commit()
    assert done == ["kept"]
    with office.request() as env:
        assert [record.name for record in env.search(Client)] == ["there"]  # type: ignore[attr-defined]
        assert env.session.scalar(select(1), execution_options=TRUSTED) == 1
        assert env.now.tzinfo is UTC or env.now.utcoffset() == timedelta(0)
