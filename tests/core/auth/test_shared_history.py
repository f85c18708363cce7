"""What companies share has one history, which tells each of them no more than it may know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.auth.acting import act_for
from core.auth.environment import make_env
from core.auth.identity import open_request
from core.auth.models import Option, User
from core.auth.sessions import start_session
from core.auth.tokens import hash_token
from core.orm.audit_tables import audit
from core.orm.history import Change, Entry, entries_of, record_changes
from core.orm.session import ENV_KEY
from core.orm.trust import TRUSTED
from core.orm.undoing import undoable_entries
from core.web.pages.records_words import names_for
from tests.core.auth import toys
from tests.core.auth.conftest import World


@pytest.fixture
def shared(office: World) -> World:
    """Sam keeps what all companies share, as the system administrator of A; Bob works in B as well."""
    office.user("sam", "A", "base.system")
    office.user("bob", "B")
    office.add(
        "base.option", "visit", company_id=0, list_code="crm.source", code="visit", name={"en": "Visit"}
    )
    return office


def told(world: World, name: str, company: str, model: Any, row: str) -> list[Entry]:
    env = world.env(name, company)
    return entries_of(env, env.info(model), world.ids[row])


def test_every_company_sees_who_changed_what_they_share(shared: World) -> None:
    sam = shared.env("sam")
    option = sam.get(Option, shared.ids["visit"])
    sam.write(option, name={"en": "Door to door"})
    sam.write_many(Option, [option.id], sequence=7)
    for name, company in (("dan", "A"), ("eve", "B")):
        found = told(shared, name, company, Option, "visit")
        assert [(one.user_name, {*one.changes}) for one in found] == [
            ("sam", {"sequence"}),
            ("sam", {"name"}),
        ]
        assert found[1].changes["name"]["n"] == {"en": "Door to door"}
        assert not undoable_entries(shared.env(name, company), found), "and takes nothing of it back"


def test_a_company_s_own_rows_of_a_shared_model_and_what_it_took_out_are_its_own(shared: World) -> None:
    shared.add("base.option", "own", company_id=shared.ids["A"], list_code="crm.source", code="own-fair",
               name={"en": "Fair"})  # fmt: skip
    keeper = shared.env("max", "A")
    keeper.write(keeper.get(Option, shared.ids["own"]), name={"en": "Trade fair"})
    record_changes(keeper, keeper.info(Option), "print", [Change(shared.ids["visit"], 1, {})])
    assert [one.operation for one in told(shared, "max", "A", Option, "own")] == ["write"]
    assert [one.operation for one in told(shared, "max", "A", Option, "visit")] == ["print"]
    assert told(shared, "eve", "B", Option, "visit") == []
    assert told(shared, "eve", "B", Option, "own") == []
    rows = select(audit.c.company_id).where(audit.c.model == "base.option")
    assert shared.session.scalars(rows, execution_options=TRUSTED).all() == [], "nor past our own filters"


def test_why_somebody_acted_for_a_colleague_is_no_matter_of_the_other_company(shared: World) -> None:
    token = start_session(shared.session, shared.ids["max"], company_id=shared.ids["A"])
    caller = open_request(shared.session, hash_token(token))
    assert caller is not None and caller.session_id is not None
    shared.session.info.pop(ENV_KEY, None)
    env = make_env(shared.session, caller, "page", language="en")
    act_for(env, caller.session_id, shared.ids["bob"], "is in hospital")
    assert [one.reason for one in told(shared, "ann", "A", User, "bob")] == ["is in hospital"]
    assert told(shared, "eve", "B", User, "bob") == []


def test_history_names_nobody_whom_the_record_would_not_name(shared: World) -> None:
    """Who did it may be known to everybody who sees it; whom it concerns only to those who see that person."""
    ann = shared.env("ann")
    deal = ann.get(toys.Deal, shared.ids["deal of ann"])
    ann.write(deal, title="other")
    (made,) = entries_of(ann, ann.info(toys.Deal), deal.id)
    ends = {"o": shared.ids["eve"], "n": shared.ids["bob"], "s": ""}
    names = names_for(
        ann, ann.info(toys.Deal), [replace(made, changes={"owner": ends}, user_id=shared.ids["sam"])]
    )
    assert {name for (model, _key), name in names.items() if model == "base.user"} == {"ann", "bob", "sam"}
