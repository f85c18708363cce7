"""What is asked often is prepared in the connection, answers the same, and is never prepared behind a pooler."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import ARRAY, BigInteger, Column, Engine, MetaData, Table, Text, bindparam, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from core.orm import prepared
from core.orm.engine import make_engine
from core.orm.prepared import USES_BEFORE, WHOLE, Options, by_ids
from core.orm.retrying import Overtaken
from core.testing.database import ScratchDatabase

THING = Table("thing", MetaData(), Column("id", BigInteger, primary_key=True), Column("kind", Text))
OF_OWNER = select(THING.c.id).where(THING.c.id >= bindparam("first"), THING.c.kind == bindparam("kind"))
OFTEN = USES_BEFORE + 2


@pytest.fixture
def engine(empty_database: ScratchDatabase) -> Iterator[Engine]:
    with empty_database.owner.begin() as connection:
        connection.execute(text("create table thing (id bigint primary key, kind text)"))
        connection.execute(
            text("insert into thing select n, case when n % 2 = 0 then 'even' else 'odd' end "
                 "from generate_series(1, 9) as n")
        )  # fmt: skip
    made = make_engine(empty_database.urls.owner_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as made:
        yield made


def ready(session: Session) -> list[str]:
    """What the server holds ready in this connection."""
    cursor = session.connection().connection.cursor()
    cursor.execute("select statement from pg_prepared_statements order by prepare_time, name")
    return [row[0] for row in cursor.fetchall()]


def ids(session: Session, options: Options, **values: Any) -> list[int]:
    return sorted(session.scalars(OF_OWNER, values, execution_options=dict(options)))


def test_what_is_asked_the_third_time_is_prepared(session: Session) -> None:
    for _use in range(USES_BEFORE):
        assert ids(session, by_ids(), first=5, kind="odd") == [5, 7, 9]
        assert ready(session) == []
    assert ids(session, by_ids(), first=5, kind="odd") == [5, 7, 9]
    assert len(ready(session)) == 1


def test_ids_are_parameters_and_other_values_are_not(session: Session) -> None:
    for first in range(1, 9):
        assert ids(session, by_ids(), first=first, kind="even") == [n for n in (2, 4, 6, 8) if n >= first]
    (only,) = ready(session)
    assert "$1" in only
    assert "'even'" in only
    for _use in range(OFTEN):
        assert ids(session, by_ids(), first=1, kind="odd") == [1, 3, 5, 7, 9]
    assert len(ready(session)) == 2


def test_a_whole_statement_holds_its_ids_too(session: Session) -> None:
    for first in (3, 5):
        for _use in range(OFTEN):
            assert ids(session, WHOLE, first=first, kind="odd") == [n for n in (3, 5, 7, 9) if n >= first]
    assert [("$1" in one) for one in ready(session)] == [False, False]


def test_a_list_of_ids_is_a_parameter_where_it_is_named(session: Session) -> None:
    asked = select(THING.c.id).where(THING.c.id == bindparam("ids", type_=ARRAY(BigInteger)).any_())
    for wanted in ([1], [2, 3], [], [4, 5, 6]):
        found = session.scalars(asked, {"ids": wanted}, execution_options=dict(by_ids("ids")))
        assert sorted(found) == wanted
    assert len(ready(session)) == 1
    for _use in range(OFTEN):
        assert list(session.scalars(asked, {"ids": [7]}, execution_options=dict(by_ids()))) == [7]
    assert "'{7}'" in ready(session)[-1] or "ARRAY[7]" in ready(session)[-1]


def test_values_of_other_types_are_other_statements(session: Session) -> None:
    asked = text("select pg_typeof(:value)::text")
    for _use in range(OFTEN):
        found = [
            session.scalar(asked, {"value": value}, execution_options=dict(WHOLE))
            for value in (1, True, Decimal("1.0"), None, "1")
        ]
        assert found == ["integer", "boolean", "numeric", "unknown", "unknown"]


def test_no_value_changes_the_statement(session: Session) -> None:
    for kind in ("o'dd", "%(first)s", "$1", "odd; drop table thing", "\\"):
        for _use in range(OFTEN):
            assert ids(session, by_ids(), first=1, kind=kind) == []
            assert ids(session, WHOLE, first=1, kind=kind) == []
    assert ids(session, by_ids(), first=9, kind="odd") == [9]


def test_the_server_keeps_no_more_than_the_most(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST_KEPT", 3)
    for number in range(12):
        for _use in range(OFTEN):
            assert ids(session, WHOLE, first=9, kind=f"kind {number}") == []
    held = ready(session)
    assert len(held) <= 4
    assert "kind 11" in held[-1]


def test_many_statements_that_are_asked_once_leave_nothing_behind(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "_MOST_NOTED", 5)
    for number in range(30):
        assert ids(session, WHOLE, first=9, kind=f"kind {number}") == []
    assert ready(session) == []
    shelf = session.connection().connection.info[prepared._SHELF]
    assert len(shelf._noted) <= 6


def test_a_fault_is_the_statements_own_and_the_next_use_begins_anew(session: Session) -> None:
    asked = select(THING.c.id / (THING.c.id - bindparam("less", type_=BigInteger))).order_by(THING.c.id)
    for _use in range(OFTEN):
        assert len(session.scalars(asked, {"less": 20}, execution_options=dict(by_ids())).all()) == 9
    session.commit()
    with pytest.raises(DataError):
        session.scalars(asked, {"less": 3}, execution_options=dict(by_ids())).all()
    session.rollback()
    for _use in range(OFTEN):
        assert len(session.scalars(asked, {"less": 20}, execution_options=dict(by_ids())).all()) == 9
    assert len(ready(session)) == 1


def test_a_column_of_another_type_is_asked_for_again(
    session: Session, empty_database: ScratchDatabase
) -> None:
    asked = select(THING.c.kind).where(THING.c.id == bindparam("one"))
    for one in range(1, OFTEN + 1):
        session.scalars(asked, {"one": one}, execution_options=dict(by_ids())).all()
    session.commit()
    with empty_database.owner.begin() as other:
        other.execute(text("alter table thing alter column kind type varchar(10)"))
    with pytest.raises(Overtaken):
        session.scalars(asked, {"one": 2}, execution_options=dict(by_ids())).all()
    session.rollback()
    for _use in range(OFTEN):
        assert session.scalars(asked, {"one": 2}, execution_options=dict(by_ids())).all() == ["even"]
    assert len(ready(session)) == 1


def test_nothing_is_prepared_where_somebody_stands_between(engine: Engine) -> None:
    class Between:
        """A connection as a pooler gives it: the number of the server's process is one of its own."""

        def __init__(self, real: Any) -> None:
            self._real = real
            self.info = SimpleNamespace(backend_pid=-1)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    with engine.connect() as connection, engine.connect() as other:
        connection.execute(text("reset plan_cache_mode"))
        connection.commit()
        between = SimpleNamespace(info={})
        prepared._open_shelf(Between(connection.connection.dbapi_connection), between)
        assert between.info == {}
        mode = text("show plan_cache_mode")
        assert (connection.scalar(mode), other.scalar(mode)) == ("auto", "force_generic_plan")
