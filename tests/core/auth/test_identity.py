"""One statement says who is calling, and puts up the wall for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from core.auth.acting import renew
from core.auth.identity import Identity, identity_of, open_request
from core.auth.identity_query import IDLE
from core.auth.sessions import end_all_sessions, sign_out, start_session
from core.auth.tokens import hash_token
from core.orm.engine import scope_of
from core.orm.trust import TRUSTED
from tests.core.auth.conftest import World

NOW = datetime.now(UTC)


def opened(world: World, token: str, company: str | None = None) -> Identity | None:
    """As a request does it: behind a wall that is closed before."""
    world.session.execute(text("select set_config('keyuan.read', '', true), set_config('keyuan.write', '', true)"),
                          execution_options=TRUSTED)  # fmt: skip
    return open_request(world.session, hash_token(token), world.ids[company] if company else None)


def rows(session: Session, table: Any) -> int:
    return session.execute(select(func.count()).select_from(table), execution_options=TRUSTED).scalar_one()


@pytest.fixture
def token(office: World) -> str:
    return start_session(office.session, office.ids["bob"], company_id=office.ids["A"], agent="browser")


def test_the_identity_of_a_salesperson(office: World, token: str) -> None:
    found = opened(office, token)
    assert found is not None
    ids = office.ids
    assert (found.user_id, found.real_user_id, found.user_name) == (ids["bob"], ids["bob"], "bob")
    assert (found.company_id, found.company_name, found.currency) == (ids["A"], "A", "CNY")
    assert (found.language, found.timezone.key) == ("zh_CN", "Asia/Shanghai")
    assert found.roles == {"base.user", "toy_deals.seller"}
    assert found.addons == {"base", "toy_deals", "toy_gadgets"}
    assert found.companies == ((ids["A"], "A"),)
    assert (found.direct_reports, found.reports) == ((ids["cid"],), (ids["cid"],))
    assert found.departments == (ids["north"],)
    assert found.members == (), "only a role that reaches the department needs its people"
    assert (found.generation, found.unread) == (1, 0)
    assert found.session_id is not None


def test_one_statement_does_it_all(office: World, token: str) -> None:
    """Where this process knows the configured rights of the company."""
    seen: list[str] = []
    assert open_request(office.session, hash_token(token)) is not None

    @event.listens_for(office.session.connection(), "before_cursor_execute")
    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    assert open_request(office.session, hash_token(token)) is not None
    assert len(seen) == 1


def test_the_wall_stands_where_the_identity_works(office: World, token: str) -> None:
    deals = office.composed.info("toy_deals.deal").table
    assert rows(office.session, deals) == 6
    found = opened(office, token)
    assert found is not None
    assert rows(office.session, deals) == 5
    scope = scope_of(office.session)
    assert scope is not None and (scope.read, scope.write) == ((office.ids["A"],), (office.ids["A"],))
    settings = text("select current_setting('keyuan.read'), current_setting('keyuan.write')")
    in_force = tuple(office.session.execute(settings, execution_options=TRUSTED).one())
    assert in_force == (scope.parameters()["read"], scope.parameters()["write"]), "no second statement needed"


@pytest.mark.parametrize("off", ["nestloop", "indexscan", "hashjoin", "mergejoin", "material", "memoize"])
def test_no_plan_reads_behind_the_wall_before_it_is_set(office: World, off: str) -> None:
    office.give("bob", "A", "toy_deals.head")
    office.change("base.department", "service", manager_id=office.ids["e:bob"])
    token = start_session(office.session, office.ids["bob"], company_id=None)
    expected = opened(office, token)
    assert expected is not None and expected.members and len(expected.reports) == 2
    for setting in {off, "nestloop", "indexscan", "bitmapscan"}:
        office.session.execute(text(f"set local enable_{setting} = off"), execution_options=TRUSTED)
    assert opened(office, token) == expected


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("base.session", {"ended_at": NOW}),
        ("base.session", {"expires": NOW - timedelta(seconds=5)}),
        ("base.session", {"last_seen": NOW - IDLE - timedelta(minutes=1)}),
        ("base.user", {"blocked": True}),
        ("base.user", {"deleted_at": NOW}),
        ("base.employee", {"status": "left"}),
        ("base.company", {"active": False}),
        ("base.company", {"deleted_at": NOW}),
    ],
)
def test_who_gets_nothing(office: World, token: str, row: str, values: dict[str, Any]) -> None:
    table = office.composed.info(row).table
    name = {"base.user": "bob", "base.employee": "e:bob", "base.company": "A"}.get(row)
    statement = table.update().values(values)
    if name is not None:
        statement = statement.where(table.c.id == office.ids[name])
    office.session.execute(statement, execution_options=TRUSTED)
    assert opened(office, token) is None
    assert rows(office.session, office.composed.info("toy_deals.deal").table) == 0


def test_unknown_tokens_and_foreign_companies_get_nothing(office: World, token: str) -> None:
    assert opened(office, "guess") is None
    assert opened(office, token, "B") is None
    assert identity_of(office.session, office.ids["bob"], office.ids["B"]) is None
    assert identity_of(office.session, 10**9) is None


def test_somebody_acting_for_another_is_cut_with_either_account(office: World) -> None:
    token = start_session(
        office.session, office.ids["bob"], company_id=office.ids["A"], real_user_id=office.ids["max"]
    )
    found = opened(office, token)
    assert found is not None and (found.user_id, found.real_user_id) == (office.ids["bob"], office.ids["max"])
    office.change("base.user", "max", blocked=True)
    assert opened(office, token) is None


def test_who_left_one_post_but_has_another_still_works(office: World, token: str) -> None:
    office.change("base.employee", "e:bob", status="left")
    office.add("base.employee", "second post", company_id=office.ids["A"], code="x", name="bob",
               user_id=office.ids["bob"])  # fmt: skip
    assert opened(office, token) is not None


def test_the_session_goes_on_in_the_company_it_was_in(office: World, token: str) -> None:
    office.user("bob", "B")
    assert opened(office, token).company_id == office.ids["A"]
    found = opened(office, token, "B")
    assert found is not None and found.company_id == office.ids["B"]
    assert found.roles == {"base.user"}, "roles are held company by company"
    assert found.reports == () and found.addons == {"base", "toy_deals"}
    assert dict(found.companies) == {office.ids["A"]: "A", office.ids["B"]: "B"}
    token = renew(office.session, found.session_id or 0, company_id=found.company_id)
    assert opened(office, token).company_id == office.ids["B"]


def test_a_binned_role_is_held_no_more(office: World, token: str) -> None:
    office.change("base.user_role", "bob:A:toy_deals.seller", deleted_at=NOW)
    assert opened(office, token).roles == {"base.user"}
    office.change("base.user_role", "bob:A:base.user", deleted_at=NOW)
    assert opened(office, token) is None


def test_last_use_is_written_once_a_minute(office: World, token: str) -> None:
    table = office.composed.info("base.session").table
    old = NOW - timedelta(minutes=5)
    office.session.execute(table.update().values(last_seen=old), execution_options=TRUSTED)
    assert opened(office, token) is not None
    seen = office.session.execute(select(table.c.last_seen), execution_options=TRUSTED).scalar_one()
    assert seen > old
    recent = datetime.now(UTC) - timedelta(seconds=20)
    office.session.execute(table.update().values(last_seen=recent), execution_options=TRUSTED)
    assert opened(office, token) is not None
    assert office.session.execute(select(table.c.last_seen), execution_options=TRUSTED).scalar_one() == recent


def test_unread_notices_are_counted_up_to_a_hundred(office: World, token: str) -> None:
    table = office.composed.info("base.notice").table
    one = {"company_id": office.ids["A"], "user_id": office.ids["bob"], "text": {}}
    insert = table.insert()
    office.session.execute(insert, [one] * 120, execution_options=TRUSTED)
    assert opened(office, token).unread == 100
    office.open(office.ids["A"])
    office.session.execute(table.update().values(read_at=NOW), execution_options=TRUSTED)
    assert opened(office, token).unread == 0


def test_the_people_of_the_department_come_with_a_role_that_reaches_them(office: World, token: str) -> None:
    office.give("bob", "A", "toy_deals.head")
    assert set(opened(office, token).members) == {office.ids["bob"], office.ids["cid"]}


def test_only_a_role_with_the_right_writes_rows_of_all_companies(office: World) -> None:
    boss = identity_of(office.session, office.ids["max"])
    assert boss is not None and not boss.may_write_shared
    office.give("max", "A", "base.system")
    boss = identity_of(office.session, office.ids["max"])
    assert boss is not None and boss.may_write_shared
    scope = scope_of(office.session)
    assert scope is not None and scope.write == (0, office.ids["A"])


def test_an_unknown_zone_locks_nobody_out(
    office: World, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.change("base.company", "A", timezone="Mars/Olympus")
    assert opened(office, token).timezone.key == "UTC"
    assert "Mars/Olympus" in caplog.text


def test_signing_out_kills_the_token_and_ending_all_kills_all_but_one(office: World, token: str) -> None:
    others = [start_session(office.session, office.ids["bob"], company_id=None) for _n in range(3)]
    sign_out(office.session, others[0])
    assert opened(office, others[0]) is None
    kept = opened(office, token)
    assert kept is not None
    assert end_all_sessions(office.session, office.ids["bob"], but=kept.session_id) == 2
    assert [opened(office, one) is None for one in (token, *others)] == [False, True, True, True]


def test_addons_that_are_not_installed_are_not_on(office: World) -> None:
    office.add("base.company_addon", "gone", company_id=office.ids["A"], addon="gone_addon")
    found = identity_of(office.session, office.ids["bob"])
    assert found is not None and "gone_addon" not in found.addons
