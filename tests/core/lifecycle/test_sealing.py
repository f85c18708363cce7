"""The chain over the audit: what was changed, removed, slipped in or cut off is named; the application can do none of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from core.lifecycle.install import create_kernel
from core.orm.audit_tables import audit, erasure
from core.orm.engine import Scope, apply_scope
from core.orm.erasing_audit import erase_waiting
from core.orm.history import value_digest
from core.orm.sealing import seal_audit, seal_batch
from core.orm.verifying import Finding, Verifier
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase

ROW: dict[str, Any] = {
    "company_id": 1, "model": "toy.deal", "version": 1, "operation": "write", "request_id": "r", "channel": "page",
    "user_id": 1, "real_user_id": 1,
}  # fmt: skip


def build(database: ScratchDatabase) -> None:
    with database.owner.begin() as connection:
        create_kernel(connection, APP_ROLE)


@pytest.fixture
def audited(quiet_server: DatabaseServer) -> Iterator[ScratchDatabase]:
    database = quiet_server.create(quiet_server.template("toy_kernel", build))
    yield database
    quiet_server.drop(database)


def told(record_id: int, old: Any = "old", new: Any = "new", name: str = "name") -> dict[str, Any]:
    salt = f"{record_id:016}"
    return {**ROW, "record_id": record_id, "changes": {name: {"o": old, "n": new, "s": salt}},
            "digests": {name: value_digest(old, new, salt)}}  # fmt: skip


def write(connection: Connection, *ids: int) -> None:
    apply_scope(connection, Scope(read=(1,), write=(1,)))
    connection.execute(audit.insert(), [told(one) for one in ids])


def written(database: ScratchDatabase, count: int = 9) -> None:
    for first in range(1, count + 1, 3):
        with database.app.begin() as connection:
            write(connection, *range(first, first + 3))


def sealed(database: ScratchDatabase, count: int = 9) -> None:
    written(database, count)
    assert seal_audit(database.owner, batch=4) == count


def verified(database: ScratchDatabase, expected: str | None = None) -> tuple[list[Finding], Verifier]:
    with database.owner.connect() as connection:
        verifier = Verifier(connection, expected)
        return list(verifier.findings()), verifier


def id_of(database: ScratchDatabase, record_id: int) -> int:
    with database.owner.connect() as connection:
        found = connection.execute(
            text("select id from core.audit where record_id = :one"), {"one": record_id}
        )
        return int(found.scalar_one())


def as_owner(database: ScratchDatabase, statement: str, **values: Any) -> None:
    with database.owner.begin() as connection:
        assert connection.execute(text(statement), values).rowcount >= 1


def test_what_nobody_touched_verifies(audited: ScratchDatabase) -> None:
    sealed(audited)
    findings, verifier = verified(audited)
    assert findings == []
    assert (verifier.seen.seals, verifier.seen.rows, verifier.seen.unsealed) == (3, 9, 0)
    written(audited, 3)
    assert verified(audited)[1].seen.unsealed == 3


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("update core.audit set user_id = 2 where id = :id", "row {id} was changed (toy.deal 5)"),
        ("update core.audit set digests = '{{}}' where id = :id", "row {id} was changed (toy.deal 5)"),
        ("update core.audit set at = at + interval '1 second' where id = :id", "row {id} was changed (toy.deal 5)"),
        ("update core.audit set changes = jsonb_set(changes, '{{name,n}}', '\"x\"') where id = :id",
         "row {id}: the value of name was changed (toy.deal 5)"),
        ("update core.audit set changes = '{{}}' where id = :id", "row {id}: the value of name is gone (toy.deal 5)"),
        ("delete from core.audit where id = :id", "row {id} is missing"),
    ],
)  # fmt: skip
def test_a_changed_or_missing_row_is_named(audited: ScratchDatabase, tampering: str, said: str) -> None:
    sealed(audited)
    key = id_of(audited, 5)
    as_owner(audited, tampering.replace("{{", "{").replace("}}", "}"), id=key)
    findings, _verifier = verified(audited)
    assert [(one.words, one.row_id) for one in findings] == [(said.format(id=key), key)]


def test_a_row_that_was_put_elsewhere_is_named(audited: ScratchDatabase) -> None:
    sealed(audited)
    as_owner(audited, "update core.audit set txid = 1 where record_id = 5")
    words = [one.words for one in verified(audited)[0]]
    assert f"row {id_of(audited, 5)} was changed (toy.deal 5)" in words


def test_a_row_that_is_slipped_in_is_named(audited: ScratchDatabase) -> None:
    sealed(audited)
    with audited.owner.begin() as connection:
        inside = connection.execute(text("select txid from core.audit where record_id = 5")).scalar_one()
        connection.execute(audit.insert(), {**told(77), "txid": inside})
    (finding,), _verifier = verified(audited)
    assert finding.words.startswith(f"row {id_of(audited, 77)} was slipped in after seal ")


def test_changed_and_removed_seals_are_named(audited: ScratchDatabase) -> None:
    sealed(audited)
    as_owner(audited, "update core.audit_seal set rows = 7 where number = 2")
    assert [one.words for one in verified(audited)[0]] == [
        "seal 2 was changed: its digest is not that of what it holds", "seal 2 says 7 rows and holds 4"
    ]  # fmt: skip
    as_owner(audited, "delete from core.audit_seal where number = 2")
    assert "seal 3 does not follow the one before it" in verified(audited)[0][0].words


def test_an_end_that_was_cut_off_is_missed_by_who_noted_the_digest(audited: ScratchDatabase) -> None:
    sealed(audited)
    digest = verified(audited)[1].seen.digest
    written(audited, 3)
    seal_audit(audited.owner)
    assert verified(audited, digest)[0] == []
    as_owner(audited, "delete from core.audit_seal where number >= 3")
    assert [one.words.partition(":")[0] for one in verified(audited, digest)[0]] == [
        f"no seal has the digest {digest}"
    ]


def test_rows_wait_for_the_oldest_running_transaction(audited: ScratchDatabase) -> None:
    with audited.app.connect() as slow:
        write(slow, 1)
        written(audited, 3)
        assert seal_audit(audited.owner) == 0
        slow.commit()
    assert seal_audit(audited.owner) == 4
    assert verified(audited)[0] == []


def test_two_at_once_make_one_chain(audited: ScratchDatabase) -> None:
    written(audited, 60)
    with audited.owner.begin() as first:
        assert seal_batch(first, 10) == 10
        assert seal_audit(audited.owner, batch=10) == 0
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _n: seal_audit(audited.owner, batch=5), range(3)))
    seal_audit(audited.owner)
    findings, verifier = verified(audited)
    assert (findings, verifier.seen.rows, verifier.seen.unsealed) == ([], 60, 0)


def test_a_database_restored_elsewhere_begins_a_new_epoch(audited: ScratchDatabase) -> None:
    """Numbers of transactions there are lower than those of the rows that came along."""
    ahead = 10**9
    with audited.owner.begin() as connection:
        connection.execute(audit.insert(), [{**told(one), "txid": ahead + one} for one in range(1, 6)])
        connection.execute(text(
            "insert into core.audit_seal (from_txid, until_txid, until_id, highest_id, rows, digest, previous) "
            "select 0, txid, id, id, 0, 'x', 'x' from core.audit where record_id = 2"
        ))  # fmt: skip
    written(audited, 3)
    assert seal_audit(audited.owner) == 6
    with audited.owner.connect() as connection:
        seals = connection.execute(
            text("select epoch, rows, above_id from core.audit_seal order by number")
        ).all()
    assert [tuple(one)[:2] for one in seals] == [(1, 0), (1, 3), (2, 3)]
    written(audited, 3)
    assert seal_audit(audited.owner) == 3
    findings = [one.words for one in verified(audited)[0] if "row " in one.words]
    assert findings == [
        f"row {id_of_first(audited, one)} was slipped in after seal 1 (toy.deal {one})" for one in (1, 2)
    ]


def id_of_first(database: ScratchDatabase, record_id: int) -> int:
    with database.owner.connect() as connection:
        found = connection.execute(
            text("select min(id) from core.audit where record_id = :one"), {"one": record_id}
        )
        return int(found.scalar_one())


def test_erased_values_are_gone_and_the_chain_still_verifies(audited: ScratchDatabase) -> None:
    sealed(audited)
    with audited.app.begin() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        connection.execute(erasure.insert(), {
            "company_id": 1, "model": "toy.deal", "record_ids": [5, 6], "fields": ["name"], "user_id": 1,
            "real_user_id": 1, "request_id": "r", "reason": "asked for",
        })  # fmt: skip
    assert erase_waiting(audited.owner) == 2
    assert erase_waiting(audited.owner) == 0
    findings, verifier = verified(audited)
    assert (findings, verifier.seen.erased) == ([], 2)
    with audited.owner.connect() as connection:
        kept = connection.execute(text("select record_id, changes from core.audit where record_id in (4, 5)"))
        assert {row[0]: row[1] for row in kept} == {4: told(4)["changes"], 5: {"name": {}}}
    as_owner(audited, "update core.audit set changes = '{}' where record_id = 4")
    assert [one.words.partition(" (")[0] for one in verified(audited)[0]] == [
        f"row {id_of(audited, 4)}: the value of name is gone"
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "update core.audit set user_id = 2", "delete from core.audit", "truncate core.audit",
        "update core.audit_{month} set user_id = 2", "select count(*) from core.audit_{month}",
        "insert into core.audit_seal (from_txid, until_txid, rows, digest, previous) values (1, 2, 0, '', '')",
        "update core.audit_seal set digest = ''", "delete from core.audit_seal", "update core.erasure set reason = ''",
        "delete from core.erasure", "drop table core.audit", "alter table core.audit disable row level security",
        "create policy mine on core.audit using (true)",
    ],
)  # fmt: skip
def test_the_application_can_only_insert_and_read(audited: ScratchDatabase, statement: str) -> None:
    sealed(audited, 3)
    with audited.app.connect() as connection:
        apply_scope(connection, Scope(read=(1,), write=(1,)))
        month = connection.execute(text("select to_char(now() at time zone 'UTC', 'YYYY_MM')")).scalar_one()
        assert connection.execute(text("select count(*) from core.audit")).scalar_one() == 3
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.execute(text(statement.replace("{month}", month)))
