"""Creating, changing, deleting: checks, hooks, versions, audit, bin, undo."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from toy_base.models.case import Case
from toy_listener import hooks as listener

from core.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    NotFound,
    StateForbids,
    ValidationFailed,
)
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of, value_digest
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Any:
    with use_env(world.owner):
        yield world.owner


def make(env: Env, **values: Any) -> Any:
    return env.create(Case, **({"name": "A"} | values))


def test_system_columns_and_defaults(env: Env) -> None:
    record = make(env, amount="12.345678")
    assert (record.version, record.created_by_id, record.company_id) == (1, env.user_id, env.company_id)
    assert record.amount == Decimal("12.3457")
    assert record.owner_id == env.user_id
    assert record.state.code == "open"


def test_bad_values_are_told_at_their_fields(env: Env) -> None:
    with pytest.raises(ValidationFailed) as told:
        env.create(Case, name="x" * 501, amount="a lot")
    assert set(told.value.problems) == {"name", "amount"}
    with pytest.raises(ValidationFailed) as told:
        env.create(Case, name="   ")
    assert "required" in str(told.value.problems["name"][0])


@pytest.mark.parametrize("name", ["id", "company", "created_by", "version", "nothing", "custom"])
def test_values_from_outside_never_reach_system_fields(env: Env, name: str) -> None:
    with pytest.raises(BadRequest):
        env.create_many(Case, [{"name": "A", name: 1}], strict=True)
    if name != "version":  # there it is the version that the caller has seen
        with pytest.raises(BadRequest):
            env.write(make(env), strict=True, **{name: 1})


def test_the_state_is_not_set_from_outside(env: Env) -> None:
    with pytest.raises(BadRequest):
        env.write(make(env), strict=True, state="closed")
    with pytest.raises(StateForbids):
        env.write(make(env), state="closed")


def test_texts_are_normalised_and_nul_is_removed(env: Env) -> None:
    record = make(env, name=" e\u0301lan\x00 𠮷野家 ")
    assert record.name == "élan 𠮷野家"


def test_a_batch_is_all_or_nothing(env: Env) -> None:
    with pytest.raises(ValidationFailed):
        env.create_many(Case, [{"name": "good"}, {"name": None}])
    assert env.count(Case).value == 0


def test_a_batch_needs_a_fixed_number_of_statements(env: Env) -> None:
    def statements(count: int) -> int:
        seen: list[str] = []
        connection = env.session.connection()

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        env.create_many(Case, [{"name": f"case {n}"} for n in range(count)])
        event.remove(connection, "before_cursor_execute", note)
        return len(seen)

    statements(1)
    assert statements(300) == statements(2)


def test_ids_come_in_the_order_of_the_rows(env: Env) -> None:
    ids = env.create_many(Case, [{"name": f"case {n}"} for n in range(50)])
    assert [record.name for record in env.get_many(Case, ids)] == [f"case {n}" for n in range(50)]


def test_a_relation_to_another_company_does_not_exist(env: Env, world: World) -> None:
    with use_env(world.other):
        theirs = world.other.create(Case, name="theirs")
    with pytest.raises(ValidationFailed) as told:
        make(env, parent=theirs.id)
    assert "no such record" in str(told.value.problems["parent"][0])


def test_unique_values_are_told_at_the_field_and_the_transaction_goes_on(env: Env) -> None:
    make(env, code="K1")
    with pytest.raises(ValidationFailed) as told:
        make(env, code="K1")
    assert set(told.value.problems) == {"code"}
    assert make(env, code="K2").code == "K2"


def test_a_binned_row_does_not_hold_a_unique_value(world: World) -> None:
    env = world.admin
    with use_env(env):
        first = make(env, code="K1", owner=env.user_id)
        env.delete(first)
        make(env, code="K1", owner=env.user_id)
        from core.errors import Duplicate

        with pytest.raises(Duplicate):
            env.restore(Case, [first.id])


def test_a_write_raises_the_version_and_is_audited(env: Env) -> None:
    record = make(env)
    env.write(record, name="B")
    assert (record.name, record.version) == ("B", 2)
    entry = entries_of(env, env.info(Case), record.id)[0]
    change = entry.changes["name"]
    assert (change["o"], change["n"], entry.user_id, entry.version) == ("A", "B", env.user_id, 2)
    assert len(value_digest("A", "B", change["s"])) == 64


def test_attributes_are_written_by_flush_and_unchanged_ones_are_not(env: Env) -> None:
    record = make(env)
    record.name = "A"
    env.flush()
    assert record.version == 1
    record.name = "C"
    env.flush()
    assert record.version == 2


def test_different_fields_merge_and_the_same_field_conflicts(env: Env, world: World) -> None:
    record = make(env)
    again = world.new_env("owner")
    with use_env(again):
        again.write(again.get(Case, record.id), name="theirs")
    env.refresh(env.info(Case), [record])
    env.write(record, version=1, name="A", code="mine")
    assert (record.name, record.code) == ("theirs", "mine")
    with pytest.raises(Conflict) as told:
        env.write(record, version=1, name="mine")
    (conflict,) = told.value.fields
    assert (conflict.name, conflict.mine, conflict.theirs, conflict.who) == (
        "name",
        "mine",
        "theirs",
        "Owner",
    )
    assert record.name == "theirs"


def test_colleagues_do_not_see_superiors_edit_and_indirect_ones_read(env: Env, world: World) -> None:
    record = make(env)
    with use_env(world.colleague), pytest.raises(NotFound):
        world.colleague.get(Case, record.id)
    with use_env(world.superior):
        world.superior.write(world.superior.get(Case, record.id), name="by the superior")
    with use_env(world.director):
        seen = world.director.get(Case, record.id)
        with pytest.raises(AccessDenied):
            world.director.write(seen, name="by the director")
    with use_env(world.stranger), pytest.raises(NotFound):
        world.stranger.get(Case, record.id)


def test_deleting_needs_its_right_and_names_references(world: World) -> None:
    owner, admin = world.owner, world.admin
    with use_env(owner):
        record = make(owner)
        with pytest.raises(AccessDenied):
            owner.delete(record)
    with use_env(admin):
        admin.delete(admin.get(Case, record.id))
        assert admin.count(Case).value == 0 and admin.count(Case, binned=True).value == 1
        admin.restore(Case, [record.id])
        assert admin.get(Case, record.id).name == "A"


def test_clearing_relations_forget_a_deleted_record(world: World) -> None:
    env = world.admin
    with use_env(env):
        parent = make(env)
        child = make(env, name="child", parent=parent)
        env.delete(parent)
        env.refresh(env.info(Case), [child])
        assert child.parent_id is None
        assert entries_of(env, env.info(Case), child.id)[0].changes["parent"]["o"] == parent.id


def test_final_states_refuse_every_change(env: Env) -> None:
    record = make(env)
    record.close()
    with pytest.raises(StateForbids):
        env.write(record, name="too late")
    with pytest.raises(StateForbids):
        record.close()


def test_undo_takes_back_a_request_and_refuses_after_later_changes(env: Env, world: World) -> None:
    record = make(env)
    step = world.new_env("owner")
    with use_env(step):
        step.write(step.get(Case, record.id), name="B", code="X")
        step.undo(step.request_id)
        back = step.get(Case, record.id)
        assert (back.name, back.code) == ("A", None)
    second = world.new_env("owner")
    with use_env(second):
        second.write(second.get(Case, record.id), name="C")
    third = world.new_env("owner")
    with use_env(third):
        third.write(third.get(Case, record.id), name="D")
        with pytest.raises(Conflict):
            third.undo(second.request_id)
    with use_env(world.superior), pytest.raises(AccessDenied):
        world.superior.undo(second.request_id)


def test_hooks_hear_batches_and_only_where_their_addon_is_on(env: Env) -> None:
    listener.heard.clear()
    env.create_many(Case, [{"name": "one"}, {"name": "two"}])
    assert listener.heard == ["created 2"]
    env.addons = env.addons - {"toy_listener"}
    make(env)
    assert listener.heard == ["created 2"]


def test_fields_of_an_addon_that_is_off_are_absent(env: Env) -> None:
    env.addons = env.addons - {"toy_left", "toy_diamond", "toy_bridge"}
    with pytest.raises(BadRequest):
        make(env, left_note="x")


def test_sudo_is_audited_with_its_reason_and_leaves_the_callers_changes_to_the_caller(
    env: Env, world: World
) -> None:
    with use_env(world.colleague):
        foreign = make(world.colleague)
    system = env.sudo("because")
    record: Any = system.get(Case, foreign.id)
    record.name = "by nobody's right"
    with pytest.raises((AccessDenied, NotFound)):
        system.create(Case, name="B")


def test_explain_and_can_agree(env: Env, world: World) -> None:
    record = make(env)
    for person, action, expected in (
        ("owner", "update", True), ("superior", "update", True), ("director", "update", False),
        ("director", "read", True), ("colleague", "read", False), ("superior", "delete", False),
    ):  # fmt: skip
        asked = world.env(person)
        with use_env(asked):
            assert asked.can(action, record) is expected
            assert asked.explain(action, record).allowed is expected, (person, action)
