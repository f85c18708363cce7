"""The check-up is silent when all is well, and names each thing that is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.lifecycle.inspection import database_problems
from core.orm.compose import Composition
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from tests.core.lifecycle.toys import composed, initialised


@pytest.fixture(scope="module")
def composition() -> Composition:
    return composed("toy_points")


@pytest.fixture
def sound(server: DatabaseServer, composition: Composition) -> Iterator[ScratchDatabase]:
    def build(database: ScratchDatabase) -> None:
        initialised(database, "toy_points")

    database = server.create(server.template("toy_sound", build))
    yield database
    server.drop(database)


def found(database: ScratchDatabase, composition: Composition) -> list[str]:
    with database.owner.connect() as connection:
        return [str(problem) for problem in database_problems(connection, composition, APP_ROLE)]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("alter function numeric_lt(numeric, numeric) not leakproof", "numeric_lt"),
        ("drop index toy_wares.by_article_price", "Create the index by_article_price"),
        ("alter table toy_wares.article no force row level security", "rows in the table toy_wares.article"),
        (f"revoke insert on core.audit from {APP_ROLE}", "use the table core.audit"),
        (f"grant update on core.audit to {APP_ROLE}", "update on core.audit"),
        ("alter table toy_wares.article add column stray text", "DropColumn toy_wares.article stray"),
        ("insert into core.addon (name, version) values ('toy_gone', '1.0.0')", "The addon toy_gone is installed"),
        ("insert into core.journal (kind, addons, by, backend) values ('install', 'toy_x', 'me', 1)", "install toy_x"),
    ],
)  # fmt: skip
def test_each_harm_is_named_and_nothing_else(
    sound: ScratchDatabase, composition: Composition, harm: str, told: str
) -> None:
    assert found(sound, composition) == []
    with sound.owner.begin() as connection:
        connection.execute(text(harm))
    problems = found(sound, composition)
    assert len(problems) == 1
    assert told in problems[0]


def test_rows_without_a_month_are_told(sound: ScratchDatabase, composition: Composition) -> None:
    with sound.owner.begin() as connection:
        connection.execute(
            text("""insert into core.audit (at, company_id, model, record_id, version, operation, request_id, channel,
                    user_id, real_user_id)
                    values (now() + interval '2 years', 1, 'm', 1, 1, 'write', 'r', 'page', 1, 1)""")
        )
    assert found(sound, composition) == ["The audit has rows of months that have no table yet."]
