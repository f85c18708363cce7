"""Parts go by the rights and the state of what they are part of."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from toy_docs.models import DONE, OPEN, READER, Account, Addition, Line, Order

from core.api import grant
from core.auth.access import AccessPolicy
from core.auth.access_index import AccessIndex, access_index
from core.auth.why.decisions import decisions
from core.auth.why.subjects import oneself
from core.errors import AccessDenied, CompositionError, NotFound, StateForbids, UserError, ValidationFailed
from core.orm.attempts import attempt
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.parts import declare_parts
from core.orm.trust import TRUSTED
from core.testing.statements import gathered
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


def written(env: Env, **values: Any) -> tuple[Any, Any, Any]:
    """An order with a line and an addition."""
    order = env.create(Order, title="O", **values)
    line = env.create(Line, name="L", order=order, price=10)
    return order, line, env.create(Addition, name="A", line=line, price=1)


def test_parts_are_within_reach_of_those_who_reach_the_whole(world: World) -> None:
    with use_env(world.owner) as env:
        order, line, addition = written(env)
    for person, sees in (("owner", True), ("superior", True), ("director", True), ("colleague", False),
                         ("stranger", False), ("other", False)):  # fmt: skip
        with use_env(world.env(person)) as env:
            for one in (order, line, addition):
                info = env.composition.info(one)
                assert env.can("read", one) == sees, f"{person} {info.key}"
                found = env.count(info, info.cls.id == one.id).value if env.can("read", info) else 0
                assert bool(found) == sees


def test_rights_follow_from_those_on_the_whole(world: World) -> None:
    policy: Any = world.owner.policy
    line, order = world.owner.info(Line), world.owner.info(Order)
    assert {one for one in ("read", "create", "update", "delete", "export", "import", "print") if policy.allowed(line, one)} == {
        "read", "create", "update", "delete", "export", "import", "print",
    }  # fmt: skip
    reader: Any = world.superior.policy
    assert [reader.allowed(order, one) for one in ("read", "export", "update", "print")] == [
        True,
        True,
        False,
        False,
    ]
    for model in (Line, Addition):
        info = world.superior.info(model)
        allowed = [
            one
            for one in ("read", "create", "update", "delete", "export", "import")
            if reader.allowed(info, one)
        ]
        assert allowed == ["read", "export"]


def test_who_may_only_look_at_the_whole_changes_no_part(world: World) -> None:
    with use_env(world.owner) as env:
        order, line, _addition = written(env)
    with use_env(world.superior) as env:
        assert env.get(Line, line.id).name == "L"
        for work in (
            lambda: env.create(Line, name="M", order=order.id), lambda: env.write(env.get(Line, line.id), name="M"),
            lambda: env.delete(env.get(Line, line.id)), lambda: env.write_many(Line, [line.id], name="M"),
        ):  # fmt: skip
            with pytest.raises(AccessDenied), attempt(env):
                work()
    with use_env(world.colleague) as env, pytest.raises(UserError), attempt(env):
        env.create(Line, name="M", order=order.id)
    with use_env(world.colleague) as env, pytest.raises(NotFound):
        env.get(Line, line.id)


def test_a_part_follows_its_whole_to_another_owner(world: World) -> None:
    with use_env(world.owner) as env:
        order, line, addition = written(env)
    with use_env(world.admin) as env:
        env.write(env.get(Order, order.id), owner=world.staff.users["colleague"])
    with use_env(world.new_env("colleague")) as env:
        env.write(env.get(Line, line.id), name="mine")
        assert env.get(Addition, addition.id).name == "A"
    with use_env(world.new_env("owner")) as env, pytest.raises(NotFound):
        env.get(Line, line.id)


def test_a_part_stays_with_its_whole(env: Env, world: World) -> None:
    _order, line, _addition = written(env)
    other = env.create(Order, title="P")
    for asking in (env, env.sudo("even the kernel")):
        with pytest.raises(ValidationFailed) as told, attempt(env):
            asking.write(line, order=other)
        assert set(told.value.problems) == {"order"}
    assert line.order_id != other.id


def test_rights_are_explained_by_the_way_to_the_whole(world: World) -> None:
    with use_env(world.owner) as env:
        _order, line, addition = written(env)
    for person in ("owner", "superior", "colleague", "director", "admin"):
        with use_env(world.env(person)) as env:
            for one in (line, addition):
                for action in ("read", "update", "delete", "create"):
                    told = env.explain(action, one)
                    assert told.allowed == env.can(action, one), f"{person} {action}"
                    assert told.reasons
    with use_env(world.owner) as env:
        reason = str(env.explain("update", line).reasons[0])
        assert reason.startswith("By the record that it is part of (Order)")


def test_the_page_of_reasons_decides_alike(world: World) -> None:
    with use_env(world.owner) as env:
        _order, line, _addition = written(env)
        found = {one.key: one.allowed for one in decisions(oneself(env), env.info(Line), line.id)}
        assert {"read": True, "update": True, "delete": True}.items() <= found.items()


def test_who_has_a_right_on_parts_follows_from_roles_on_the_whole(composed: Composition) -> None:
    index = access_index(composed)
    line, addons = composed.models["toy_docs.line"], frozenset(composed.addons)
    assert index.without_grant(composed) == [
        key for key in index.without_grant(composed) if not key.startswith("toy_docs.")
    ]
    assert set(index.rights(line, frozenset({READER.code}), addons)) == {"read", "export"}
    assert index.granting_roles(line, "delete", addons) == index.granting_roles(
        composed.models["toy_docs.order"], "update", addons
    )


def test_a_grant_on_a_part_is_refused(composed: Composition, monkeypatch: pytest.MonkeyPatch) -> None:
    collect = composed.collect
    extra = ("toy_docs", grant(READER, Line, "read"))
    monkeypatch.setattr(
        composed, "collect", lambda mark: [*collect(mark), *([extra] if mark == "grant" else [])]
    )
    with pytest.raises(CompositionError, match="is part of"):
        AccessIndex(composed)


# -- states ------------------------------------------------------------------------------------------------------


def confirmed(env: Env) -> tuple[Any, Any, Any]:
    order, line, addition = written(env)
    order.confirm()
    assert order.state == OPEN
    return order, line, addition


def test_by_hand_only_in_the_states_that_allow_it(env: Env) -> None:
    order, line, addition = confirmed(env)
    for work in (
        lambda: env.write(order, title="P"), lambda: env.write(line, price=5), lambda: env.write(addition, price=5),
        lambda: env.create(Line, name="M", order=order), lambda: env.create(Addition, name="M", line=line),
        lambda: env.delete(line), lambda: env.delete(addition), lambda: env.delete(order),
        lambda: env.write_many(Line, [line.id], note="x", name="y"), lambda: env.write_many(Order, [order.id], title="x"),
    ):  # fmt: skip
        with (
            pytest.raises(StateForbids, match="Order: no change is possible in the state “Open”"),
            attempt(env),
        ):
            work()
    assert (order.title, line.price, order.net) == ("O", 10, 11)


def test_some_fields_are_always_for_people(env: Env, world: World) -> None:
    order, line, _addition = confirmed(env)
    env.write(order, remarks="call first")
    env.write_many(Order, [order.id], remarks="call twice")
    env.write(line, note="fragile")
    assert (env.get(Order, order.id).remarks, line.note) == ("call twice", "fragile")
    with use_env(world.admin) as boss:
        boss.write(boss.get(Order, order.id), owner=world.staff.users["colleague"])
    env.session.expire_all()
    with use_env(world.new_env("colleague")) as mine:
        again: Any = mine.get(Order, order.id)
        again.finish()
        with pytest.raises(StateForbids, match="“Done”"), attempt(mine):
            mine.write(again, remarks="too late")
        with pytest.raises(StateForbids, match="“Done”"), attempt(mine):
            mine.write(mine.get(Line, line.id), note="too late")


def test_steps_and_the_kernel_go_on_writing(env: Env) -> None:
    order, line, _addition = confirmed(env)
    order.double()
    assert (line.quantity, order.line_count) == (2, 2)
    line.check()
    assert line.checked
    system = env.sudo("delivered")
    system.write(line, name="delivered")
    system.create(Line, name="freight", order=order, price=3)
    assert order.line_count == 3


def test_a_final_state_shuts_parts_for_everyone(env: Env) -> None:
    order, line, addition = confirmed(env)
    order.finish()
    assert order.state == DONE
    system = env.sudo("even the kernel")
    for work in (
        lambda: system.write(line, name="M"), lambda: system.create(Line, name="M", order=order),
        lambda: system.delete(addition), lambda: system.create(Addition, name="M", line=line), lambda: line.check(),
        lambda: system.write_many(Line, [line.id], checked=True),
    ):  # fmt: skip
        with (
            pytest.raises(StateForbids, match="Order: no change is possible in the state “Done”"),
            attempt(env),
        ):
            work()


def test_what_went_into_the_bin_does_not_return_to_a_closed_whole(env: Env) -> None:
    order, line, _addition = written(env)
    env.delete(line)
    order.confirm()
    with pytest.raises(StateForbids), attempt(env):
        env.restore(Line, [line.id])
    order.finish()
    with pytest.raises(StateForbids), attempt(env):
        env.sudo("even the kernel").restore(Line, [line.id])


def test_live_parts_are_those_of_live_wholes_and_the_bin_keeps_its_own(env: Env) -> None:
    """A whole takes its parts along, so that to ask live wholes alone leaves nobody's part out."""
    order, line, addition = written(env)
    kept, kept_line, kept_addition = written(env)
    alone = env.create(Line, name="alone", order=kept)
    env.delete(alone)
    env.delete(order)
    with pytest.raises(UserError), attempt(env):
        env.restore(Line, [line.id])
    for info, gone, here in (
        (env.info(Line), {line.id, alone.id}, {kept_line.id}),
        (env.info(Addition), {addition.id}, {kept_addition.id}),
    ):
        at_all, live = (env.policy.where(info, "read", live=one) for one in (False, True))
        assert at_all is not None and live is not None
        seen = select(info.cls.id).where(info.cls.deleted_at.is_(None), info.cls.id.in_(gone | here))
        for where in (at_all, live):
            assert set(env.session.scalars(seen.where(where), execution_options=TRUSTED)) == here
        with gathered(env.session.connection()) as asked:
            assert {row[0] for row in env.page(info, ["id"]).rows} == here
            assert {row[0] for row in env.page(info, ["id"], binned=True).rows} == gone
        assert [one.count('"order".deleted_at IS NULL') for one in asked] == [1, 0]
    env.restore(Order, [order.id])
    assert env.get(Line, line.id).name and env.get(Addition, addition.id).name
    assert env.count(Line, Line.id == alone.id).value == 0


def test_undo_respects_the_state_of_the_whole(env: Env, world: World) -> None:
    order, _line, _addition = written(env)
    later = world.new_env("owner")
    with use_env(later):
        later.create(Line, name="later", order=order.id)
        later.flush()
    with use_env(world.new_env("owner")) as third:
        third.get(Order, order.id).confirm()  # type: ignore[attr-defined]
    undoing = world.new_env("owner")
    with use_env(undoing), pytest.raises(StateForbids):
        undoing.undo(later.request_id)


def test_an_account_without_states_binds_nobody(env: Env) -> None:
    account: Any = env.create(Account, name="A")
    env.write(account, name="B")
    assert account.name == "B"


# -- declarations ------------------------------------------------------------------------------------------------

IMPOSSIBLE: list[tuple[str, dict[str, Any], str]] = [
    ("toy_docs.line", {"part_of": "nothing"}, "no required reference"),
    ("toy_docs.line", {"part_of": "name"}, "no required reference"),
    ("toy_docs.order", {"part_of": "account"}, "no required reference"),
    ("toy_docs.order", {"editable_in": (object(),)}, "no state of it"),
    ("toy_docs.line", {"always_editable": ("nothing",)}, "no field of it"),
]


@pytest.mark.parametrize(("model", "options", "words"), IMPOSSIBLE)
def test_what_cannot_be_meant_is_refused(
    composed: Composition, monkeypatch: pytest.MonkeyPatch, model: str, options: dict[str, Any], words: str
) -> None:
    info = composed.models[model]
    monkeypatch.setattr(info, "options", info.options | options)
    with pytest.raises(CompositionError, match=words) as told:
        declare_parts(composed)
    assert told.value.model == model


def test_the_policy_answers_every_row_where_the_whole_does(world: World) -> None:
    boss = world.admin
    assert isinstance(boss.policy, AccessPolicy)
    assert boss.policy.where(boss.info(Line), "read") is None
    assert boss.policy.where(boss.info(Addition), "delete") is None
