"""What `can` and `explain` say is what the oracle says, and what happens when somebody tries: alone, in bulk, by steps."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import Any

from hypothesis import given

from core.orm.compose import ModelInfo
from core.orm.env import Env
from tests.core.rights import channels, toys
from tests.core.rights.offices import offices
from tests.core.rights.oracle import Oracle
from tests.core.rights.plain import ACTIONS, Office, Record
from tests.core.rights.profile import cases, examples
from tests.core.rights.storing import Place, Stored, stored


@examples(15)
@cases
@given(office=offices())
def test_what_is_said_agrees_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in oracle.workers():
            env = found.env(user, company)
            for model in oracle.models(company):
                info, ids = place.composed.info(model), found.ids_of(model)
                for action in ACTIONS:
                    who = f"user {user} in {company}: {action} {model}"
                    expected = oracle.reach(user, company, action, model)
                    assert env.can(action, model) == bool(oracle.levels(user, company, action, model)), who
                    assert found.records(model, channels.allowed(env, info, action, ids)) == expected, who
                    assert found.records(model, channels.explained(env, info, action, ids)) == expected, who
                looked = channels.possible(env, info, ids, ACTIONS)
                for action in ACTIONS:
                    expected = oracle.reach(user, company, action, model)
                    seen = expected & oracle.reach(user, company, "read", model)
                    assert found.records(model, looked[action]) == seen, (
                        f"page of user {user}: {action} {model}"
                    )


@examples(20)
@cases
@given(office=offices())
def test_what_happens_agrees_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in oracle.workers():
            env = found.env(user, company)
            for model in oracle.models(company):
                _try_all(oracle, found, env, model, user, company)


def _try_all(oracle: Oracle, found: Stored, env: Env, model: str, user: int, company: int) -> None:
    info, ids, who = env.info(model), found.ids_of(model), f"user {user} in {company}: {model}"
    for action, one_by_one, together in (
        ("update", lambda one: env.write_many(info, [one], text="new"),
         lambda some: env.write_many(info, some, text="new")),
        ("delete", lambda one: env.delete(info.cls(id=one)),
         lambda some: env.delete([info.cls(id=one) for one in some])),
    ):  # fmt: skip
        expected = oracle.reach(user, company, action, model)
        if action == "update":  # what is changed is looked up first
            expected &= oracle.reach(user, company, "read", model)
        assert found.records(model, channels.done(env, info, one_by_one, ids)) == expected, f"{who} {action}"
        mine = sorted(found.record_ids(expected))
        assert channels.succeeds(env, together, mine), f"{who} {action} of all that is allowed"
        for strange in sorted(set(ids) - {*mine})[:2]:
            assert not channels.succeeds(env, together, [*mine, strange]), f"{who} {action} of one more"
    binned = oracle.reach(user, company, "delete", model, in_bin=True)
    restored = channels.done(env, info, lambda one: env.restore(info, [one]), ids)
    assert found.records(model, restored) == binned, f"{who} restore"


@examples(20)
@cases
@given(office=offices())
def test_making_and_giving_away_agree_with_the_oracle(place: Place, office: Office) -> None:
    oracle = Oracle(office, toys.CATALOGUE)
    with stored(place, office) as found:
        for user, company in oracle.workers():
            env = found.env(user, company)
            for model in sorted(model for model in toys.MODELS if oracle.is_on(model, company)):
                info, who = env.info(model), f"user {user} in {company}: {model}"
                for record in _new_records(oracle, model, company):
                    made = channels.succeeds(env, env.create_many, info, [_values(found, record)])
                    assert made == oracle.may(user, company, "create", record), f"{who} create {record}"
                if model in toys.CATALOGUE.owned:
                    _give_away(oracle, found, env, info, user, company)


def _new_records(oracle: Oracle, model: str, company: int) -> list[Record]:
    """One for each colleague, or each department, and one for nobody."""
    if model in toys.CATALOGUE.owned:
        colleagues = [one for one, home in sorted(oracle.office.roles) if home == company]
        grade = "a" if model == "toy_rights.deal" else ""
        return [Record(model, company, owner, text="made", grade=grade) for owner in (None, *colleagues)]
    if model != "toy_rights.desk":
        return [Record(model, company, text="made")]
    departments = (None, *sorted(oracle.departments_in(company)))
    return [Record(model, company, department=one, text="made") for one in departments]


def _values(found: Stored, record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {"text": record.text}
    if record.model in toys.CATALOGUE.owned:
        values["owner"] = found.id_of("user", record.owner)
    if record.model == "toy_rights.desk":
        values["department"] = found.id_of("department", record.department)
    return values


def _give_away(oracle: Oracle, found: Stored, env: Env, info: ModelInfo, user: int, company: int) -> None:
    """Whoever changes a record keeps it within reach, unless there is the right to assign it."""
    owners = cycle([None, *(one for one, home in sorted(oracle.office.roles) if home == company)])
    mine = oracle.reach(user, company, "read", info.key) & oracle.reach(user, company, "update", info.key)
    for key in sorted(mine):
        record, owner = oracle.office.records[key], next(owners)
        given_away = replace(record, owner=owner)
        kept = oracle.may(user, company, "update", given_away)
        expected = kept or owner == record.owner or oracle.may(user, company, "assign", record)
        one = found.world.ids[f"record{key}"]
        done = channels.succeeds(env, _give, env, info, one, found.id_of("user", owner))
        assert done == expected, f"user {user} in {company} gives {record} to {owner}"


def _give(env: Env, info: ModelInfo, one: int, owner: int | None) -> None:
    env.write(env.get(info, one), owner=owner)
