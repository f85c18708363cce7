"""What a program writes: the fields that are its to set and no others, merged with what others did, all or nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from toy_bills.models import Article, Bill, Line
from toy_works.models import Label, Phase, Work

from core.errors import AccessDenied, BadRequest, Conflict, NotFound, StateForbids, ValidationFailed
from core.orm.attempts import attempt
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.world import World
from core.web.api.conflicts import told
from core.web.api.steps import method_named, run_step
from core.web.api.writing import MOST_AT_ONCE, VersionPassed, change_record, create_records, delete_record


def create(env: Env, *bodies: Any, model: Any = Work) -> list[Any]:
    with attempt(env):
        return [env.get(model, key) for key in create_records(env, env.info(model), bodies)]


def change(env: Env, record: Any, seen: int, /, **body: Any) -> Any:
    return change_record(env, env.info(record), record.id, seen, body)


def refused(env: Env, *bodies: Any, model: Any = Work) -> dict[str, list[str]]:
    """What is wrong, by field; nothing was made."""
    before = env.count(model).value
    with pytest.raises(ValidationFailed) as refusal:
        create(env, *bodies, model=model)
    assert env.count(model).value == before
    return {name: [str(text) for text in texts] for name, texts in refusal.value.problems.items()}


class TestCreating:
    def test_each_kind_takes_the_form_in_which_it_is_read(self, env: Env) -> None:
        phase, labels = env.create(Phase, name={"en": "P"}), [env.create(Label, name=n).id for n in "ab"]
        (work,) = create(env, {
            "title": "T", "pieces": 3, "weight": "0.1", "price": {"amount": "12.5", "currency": "CNY"}, "due": "2026-11-23",
            "begun": "2026-11-23T20:00:00+08:00", "phase": {"id": phase.id, "name": "whatever"}, "labels": labels,
            "motto": {"en": "m"}, "urgent": True, "size": "l", "notes": None,
        })  # fmt: skip
        assert (work.pieces, work.weight, work.price, work.due) == (
            3,
            Decimal("0.1"),
            Decimal("12.5"),
            date(2026, 11, 23),
        )
        assert work.begun.isoformat() == "2026-11-23T12:00:00+00:00" and work.phase_id == phase.id
        assert env.linked(work, "labels") == labels and work.owner_id == env.user_id and work.code

    @pytest.mark.parametrize(("name", "value"), [
        ("title", 5), ("title", ["x"]), ("pieces", "3"), ("pieces", 3.0), ("pieces", True), ("weight", "1_0"),
        ("weight", "NaN"), ("weight", "１"), ("weight", "1e5"), ("price", {"amount": "1", "currency": "EUR"}),
        ("price", {"currency": "CNY"}), ("due", "23.11.2026"), ("due", "2026-02-30"), ("due", "2026-11-23T00:00:00Z"),
        ("begun", "2026-11-23T10:00:00"), ("begun", 5), ("urgent", "yes"), ("urgent", 1), ("size", "xl"), ("phase", "1"),
        ("phase", True), ("phase", 10**15), ("labels", 5), ("labels", [None]), ("motto", "m"), ("motto", {"fr": "m"}),
        ("owner", -1), ("mail", "no mail"), ("pieces", -1), ("price", 10**15),
    ])  # fmt: skip
    def test_what_is_no_value_of_its_field_is_told_there(self, env: Env, name: str, value: Any) -> None:
        assert list(refused(env, {"title": "T", name: value})) == [name]

    @pytest.mark.parametrize("name", [
        "id", "version", "company", "company_id", "owner_id", "created_by", "created_at", "deleted_at", "state", "code",
        "fixed", "inner", "pin", "activities", "is_admin", "__class__",
    ])  # fmt: skip
    def test_a_field_that_is_not_the_callers_to_set_is_refused_by_name(self, env: Env, name: str) -> None:
        assert list(refused(env, {"title": "T", name: 1})) == [name]

    def test_of_a_hidden_field_is_not_even_told_that_there_is_one(self, env: Env) -> None:
        hidden, missing = refused(env, {"title": "T", "inner": 1}), refused(env, {"title": "T", "outer": 1})
        assert hidden["inner"] == [missing["outer"][0].replace("outer", "inner")]

    def test_several_are_made_together_or_not_at_all(self, env: Env) -> None:
        assert [one.title for one in create(env, {"title": "A"}, {"title": "B", "notes": "n"})] == ["A", "B"]
        with pytest.raises(ValidationFailed) as refusal:
            create(env, {"title": "C"}, {"title": 5}, {}, "no object", {"title": "D", "wrong": 1})
        assert refusal.value.rows.keys() == {1, 3, 4} and refusal.value.row == 1
        with pytest.raises(ValidationFailed) as refusal:
            create(env, {"title": "C"}, {}, {"title": "D"})
        assert refusal.value.rows.keys() == {1} and env.count(Work).value == 2
        for wrong in ([], [{"title": "T"}] * (MOST_AT_ONCE + 1)):
            with pytest.raises(BadRequest):
                create(env, *wrong)

    def test_who_may_not_make_any_makes_none(self, world: World) -> None:
        with use_env(world.superior), pytest.raises(AccessDenied):
            create(world.superior, {"title": "T"})


class TestChanging:
    def test_other_fields_merge_and_the_same_field_tells_both_values(self, env: Env, world: World) -> None:
        (work,) = create(env, {"title": "T", "price": "1"})
        with use_env(world.colleague):
            change(world.colleague, world.colleague.get(Work, work.id), 1, notes="theirs", price="2")
        with use_env(env):
            assert change(env, work, 1, title="mine").version == 3
            assert (work.title, work.notes, work.price) == ("mine", "theirs", 2)
            with pytest.raises(Conflict) as conflict:
                change(env, work, 1, price="3", urgent=True)
            (found,) = told(env, env.info(Work), conflict.value)
        assert found["field"] == "price" and found["yours"] == {"amount": "3.0000", "currency": "CNY"}
        assert found["theirs"]["amount"] == "2.0000" and found["who"] and found["when"].endswith("Z")
        assert work.title == "mine"

    def test_a_conflict_of_references_names_both(self, env: Env, world: World) -> None:
        first, second = (env.create(Phase, name={"en": name}) for name in ("One", "Two"))
        (work,) = create(env, {"title": "T"})
        with use_env(world.colleague):
            change(world.colleague, world.colleague.get(Work, work.id), 1, phase=first.id)
        with use_env(env), pytest.raises(Conflict) as conflict:
            change(env, work, 1, phase=second.id)
        (found,) = told(env, env.info(Work), conflict.value)
        assert (found["yours"]["name"], found["theirs"]["name"]) == ("Two", "One")

    def test_nothing_named_changes_nothing(self, env: Env) -> None:
        (work,) = create(env, {"title": "T"})
        assert change(env, work, 1).version == 1

    def test_what_is_not_to_change_is_refused(self, env: Env, world: World) -> None:
        (work,) = create(env, {"title": "T"})
        for name in ("state", "version", "id", "fixed", "parts"):
            with pytest.raises(ValidationFailed) as refusal:
                change(env, work, 1, **{name: 1})
            assert list(refusal.value.problems) == [name]
        with use_env(world.superior), pytest.raises(AccessDenied):
            change(world.superior, work, 1, title="x")
        with use_env(world.other), pytest.raises(NotFound):
            change(world.other, work, 1, title="x")


class TestLines:
    def test_they_are_made_changed_and_removed_with_their_record(self, env: Env) -> None:
        article = env.create(Article, name="A")
        rows = [{"text": "one", "quantity": "2", "article": article.id}, {"text": "two"}, {"text": "three"}]
        (bill,) = create(env, {"title": "B", "lines": rows}, model=Bill)
        one, two, _three = env.search(Line, Line.bill == bill.id, order="id")
        change(env, bill, bill.version, lines=[
            {"id": one.id, "version": one.version, "quantity": "5"}, {"id": two.id, "delete": True}, {"text": "four"},
        ])  # fmt: skip
        found = env.search(Line, Line.bill == bill.id, order="id")
        assert [(line.text, line.quantity) for line in found] == [("one", 5), ("three", 1), ("four", 1)]

    @pytest.mark.parametrize(("row", "place"), [
        ({"text": 5}, "lines.1.text"), ({"bill": 1}, "lines.1.bill"), ({"net": 1}, "lines.1.net"), (5, "lines.1"),
        ({"cost": "1"}, "lines.1.cost"), ({"id": 1, "version": 1}, "lines.1"), ({"notes": []}, "lines.1.notes"),
        ({"quantity": "-1"}, "lines.1.quantity"), ({"sort": 99}, "lines.1.sort"),
    ])  # fmt: skip
    def test_what_is_wrong_is_told_at_the_line(self, env: Env, row: Any, place: str) -> None:
        assert list(refused(env, {"title": "B", "lines": [{"text": "fine"}, row]}, model=Bill)) == [place]
        assert list(refused(env, {"title": "B", "lines": {"text": "x"}}, model=Bill)) == ["lines"]

    def test_a_line_of_another_record_is_refused_and_everything_with_it(self, env: Env, world: World) -> None:
        rows = [{"text": "x"}]
        mine, yours = create(env, {"title": "A", "lines": rows}, {"title": "B", "lines": rows}, model=Bill)
        (strange,) = env.search(Line, Line.bill == yours.id)
        with use_env(world.other):
            (theirs,) = create(world.other, {"title": "F", "lines": rows}, model=Bill)
            (foreign,) = world.other.search(Line, Line.bill == theirs.id)
        with use_env(env):
            env.get_many(Bill, [mine.id])  # its turn, before a savepoint keeps the wall
            for key in (strange.id, foreign.id, 10**15):
                for rest in ({"version": 1, "text": "stolen"}, {"delete": True}):
                    body = {"title": "changed", "lines": [{"text": "new"}, {"id": key, **rest}]}
                    with pytest.raises(ValidationFailed) as refusal, attempt(env):
                        change(env, mine, mine.version, **body)
                    assert list(refusal.value.problems) == ["lines.1.id"]
            assert (mine.title, env.count(Line).value, strange.text) == ("A", 2, "x")

    def test_the_version_of_a_changed_line_is_needed(self, env: Env) -> None:
        (bill,) = create(env, {"title": "B", "lines": [{"text": "x"}]}, model=Bill)
        (line,) = env.search(Line, Line.bill == bill.id)
        with pytest.raises(ValidationFailed) as refusal:
            change(env, bill, bill.version, lines=[{"id": line.id, "text": "y"}])
        assert list(refusal.value.problems) == ["lines.0.version"]


class TestDeletingAndSteps:
    def test_only_what_was_seen_goes(self, env: Env, world: World) -> None:
        (work,) = create(env, {"title": "T"})
        change(env, work, 1, notes="n")
        with pytest.raises(VersionPassed):
            delete_record(env, env.info(Work), work.id, 1)
        with use_env(world.superior), pytest.raises(AccessDenied):
            delete_record(world.superior, env.info(Work), work.id, 2)
        with use_env(env):
            delete_record(env, env.info(Work), work.id, 2)
            with pytest.raises(NotFound):
                env.get(Work, work.id)

    def test_a_step_takes_its_arguments_and_tells_the_state(self, env: Env) -> None:
        (work,) = create(env, {"title": "T"})
        info = env.info(Work)
        found, _said = run_step(env, info, work.id, method_named(env, info, "start"), {}, 1)
        assert found == {"id": work.id, "version": 2, "state": "running"}
        shut = method_named(env, info, "shut")
        for body, place in (
            ({}, "reason"),
            ({"reason": 5}, "reason"),
            ({"reason": "r", "other": 1}, "other"),
        ):
            with pytest.raises(ValidationFailed) as refusal:
                run_step(env, info, work.id, shut, body, None)
            assert list(refusal.value.problems) == [place]
        with pytest.raises(VersionPassed):
            run_step(env, info, work.id, shut, {"reason": "r"}, 1)
        assert run_step(env, info, work.id, shut, {"reason": "r"}, 2)[0]["state"] == "shut"
        with pytest.raises(StateForbids):
            run_step(env, info, work.id, shut, {"reason": "r"}, None)

    def test_what_a_step_makes_is_told_by_number(self, env: Env) -> None:
        (work,) = create(env, {"title": "T"})
        info = env.info(Work)
        found, _said = run_step(env, info, work.id, method_named(env, info, "copy_it"), {}, None)
        assert (
            env.get(Work, found["result"]["id"]).title == "T again" and found["result"]["model"] == info.key
        )

    @pytest.mark.parametrize("name", ["nonsense", "delete", "write", "__init__", "owner"])
    def test_nothing_but_declared_steps_can_be_called(self, env: Env, name: str) -> None:
        with pytest.raises(NotFound):
            method_named(env, env.info(Work), name)
