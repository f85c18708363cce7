"""Transitions within transitions, and what is left after one broke off."""

from typing import Any

import pytest
from toy_shop.models import Client, Purchase

from core.errors import AccessDenied, NotFound, StateForbids, ValidationFailed
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.orm.reach import has_something_to_do
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.owner):
        yield world.owner


def again(env: Env, record: Any) -> Any:
    env.session.expire_all()
    return env.get(type(record), record.id)


def test_a_step_within_a_step_of_the_same_record_has_the_last_word(env: Env) -> None:
    record: Any = env.create(Purchase, subject="P")
    record.send_paid()
    assert again(env, record).state.code == "paid", "a final state was left again"


def test_a_step_within_a_step_of_another_record(env: Env) -> None:
    one: Any = env.create(Purchase, subject="1")
    two: Any = env.create(Purchase, subject="2")
    one.send_with(other=two)
    assert (again(env, one).state.code, one.count, again(env, two).state.code) == ("sent", 1, "paid")
    operations = [entry.operation for entry in entries_of(env, env.info(Purchase), one.id)]
    assert set(operations) == {"create", "send_with"}
    assert entries_of(env, env.info(Purchase), two.id)[0].operation == "pay"
    env.write(one, subject="after")
    assert entries_of(env, env.info(Purchase), one.id)[0].operation == "write"


def test_a_step_that_breaks_off_leaves_nothing(env: Env) -> None:
    record: Any = env.create(Purchase, subject="P")
    with pytest.raises(ValueError, match="broken off"):
        record.fail()
    assert not env.is_granted(record)
    env.flush()
    assert (again(env, record).subject, record.count, record.version) == ("P", 0, 1)
    env.write(record, subject="after")
    assert entries_of(env, env.info(Purchase), record.id)[0].operation == "write"


def test_a_step_goes_on_after_one_inside_broke_off(env: Env) -> None:
    one: Any = env.create(Purchase, subject="1")
    two: Any = env.create(Purchase, subject="2")
    one.survive(other=two)
    assert (again(env, one).subject, one.state.code) == ("survived", "sent")
    assert (again(env, two).subject, two.count, two.state.code) == ("2", 0, "new")


def test_the_same_record_twice_takes_the_step_once(env: Env) -> None:
    record: Any = env.create(Purchase, subject="P")
    env.run(Purchase.by_itself, [record, record])
    assert again(env, record).count == 1


def test_a_record_in_the_bin_takes_no_step(env: Env, world: World) -> None:
    record: Any = env.create(Purchase, subject="P")
    with use_env(world.admin):
        world.admin.delete(world.admin.get(Purchase, record.id))
    for step in (Purchase.by_itself, Purchase.send):
        with pytest.raises(NotFound):
            env.run(step, [record])
        with pytest.raises(NotFound):
            env.sudo("a test").run(step, [record])


def test_steps_are_for_those_who_may(env: Env, world: World) -> None:
    record: Any = env.create(Purchase, subject="P")
    with use_env(world.colleague):
        held: Any = world.colleague.sudo("a test").get(Purchase, record.id)
        with pytest.raises(NotFound):
            held.send()
    with use_env(world.director):
        seen: Any = world.director.get(Purchase, record.id)
        with pytest.raises(AccessDenied):
            seen.send()


def test_many_at_once(env: Env) -> None:
    records = env.get_many(Purchase, env.create_many(Purchase, [{"subject": str(n)} for n in range(100)]))
    env.run(Purchase.count_many, records)
    assert {record.count for record in records} == {1}
    env.run(Purchase.send, records)
    assert {again(env, record).state.code for record in records} == {"sent"}
    with pytest.raises(StateForbids):
        env.run(Purchase.send, records)


def test_methods_offered_are_those_that_would_run(env: Env, world: World) -> None:
    record: Any = env.create(Purchase, subject="P")
    names = {method.name for method in env.allowed_methods(record)}
    assert "send" in names and "by_itself" not in names
    record.pay()
    assert "send" not in {method.name for method in env.allowed_methods(record)}
    client: Any = env.create(Client, name="C")
    with use_env(world.director):
        assert world.director.allowed_methods(world.director.get(Client, client.id)) == []


def test_a_step_stands_where_it_has_something_to_do_and_says_itself_where_not(env: Env) -> None:
    one, none = (env.create(Purchase, subject=f"{count}", count=count) for count in (1, 0))
    offered = [{method.name for method in env.allowed_methods(record)} for record in (one, none)]
    assert ["take_back" in names for names in offered] == [True, False]
    one.take_back()
    for record in (one, none):
        with pytest.raises(ValidationFailed, match="none to take back"):
            record.take_back()
    info = env.info(Purchase)
    assert [
        has_something_to_do(env, info, none.id, info.methods[name]) for name in ("take_back", "send")
    ] == [
        False,
        True,
    ]


def option(env: Env, code: str) -> Any:
    return env.first("base.option", env.condition("base.option", "code", "eq", code))


def test_arguments_are_what_they_are_asked_for(env: Env, world: World) -> None:
    client: Any = env.create(Client, name="C")
    client.choose_branch(branch=option(env, "food").id)
    assert client.branch_id == option(env, "food").id
    for wrong in (option(env, "x").id, option(env, "x"), 2**70, "nothing", True, None):
        with pytest.raises(ValidationFailed) as told:
            client.choose_branch(branch=wrong)
        assert set(told.value.problems) == {"branch"}
    with pytest.raises(ValidationFailed):
        client.rename(name="x" * 501)
    with use_env(world.colleague):
        foreign: Any = world.colleague.create(Purchase, subject="P")
    purchase: Any = env.create(Purchase, subject="P")
    with pytest.raises((ValidationFailed, NotFound)):
        purchase.send_with(other=env.sudo("a test").get(Purchase, foreign.id))
        env.flush()
