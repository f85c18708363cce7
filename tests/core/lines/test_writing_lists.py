"""Parts that are written with their whole: all or nothing, told at the row, merged, undone, in few statements."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from toy_bills.models import Article, Bill, Line, Note

from core.errors import AccessDenied, BadRequest, Conflict, NotFound, StateForbids, ValidationFailed
from core.orm.attempts import attempt
from core.orm.context import use_env
from core.orm.env import Env
from core.orm.history import entries_of
from core.testing.statements import counted
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


def lines_of(env: Env, bill: Any) -> list[Any]:
    return env.search(Line, Line.bill == bill.id, order="sequence", limit=1000)


def shape(env: Env, bill: Any) -> list[tuple[Any, ...]]:
    return [(one.text, one.quantity, one.price) for one in lines_of(env, bill)]


def a_bill(env: Env, count: int = 3) -> Any:
    rows = [{"text": f"T{n}", "quantity": n, "price": 10, "sequence": n} for n in range(1, count + 1)]
    return env.create(Bill, title="B", lines=rows)


def statements(env: Env, work: Callable[[], Any]) -> int:
    return len(counted(env, work))


class TestCreating:
    def test_parts_come_with_their_whole(self, env: Env) -> None:
        bill = a_bill(env)
        assert shape(env, bill) == [("T1", 1, 10), ("T2", 2, 10), ("T3", 3, 10)]
        assert [one.net for one in lines_of(env, bill)] == [10, 20, 30]
        assert {one.kind for one in lines_of(env, bill)} == {"goods"}, "defaults hold in rows too"

    def test_of_several_wholes_each_gets_its_own(self, env: Env) -> None:
        rows = [{"title": "one", "lines": [{"text": "a"}, {"text": "b"}]}, {"title": "two"},
                {"title": "three", "lines": [{"text": "c"}]}]  # fmt: skip
        bills = [env.get(Bill, key) for key in env.create_many(Bill, rows)]
        assert [[one.text for one in lines_of(env, bill)] for bill in bills] == [["a", "b"], [], ["c"]]

    def test_parts_of_parts(self, env: Env) -> None:
        bill = env.create(Bill, title="B", lines=[{"text": "a", "notes": [{"text": "x"}, {"text": "y"}]}])
        (line,) = lines_of(env, bill)
        assert sorted(one.text for one in env.search(Note, Note.line == line.id)) == ["x", "y"]
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.create(
                Bill,
                title="B",
                lines=[{"text": "a"}, {"text": "a", "notes": [{"text": "x"}, {"text": None}]}],
            )
        assert list(refusal.value.problems) == ["lines.1.notes.1.text"]

    def test_every_wrong_cell_is_told_at_its_row(self, env: Env) -> None:
        rows = [{"quantity": 1}, {"quantity": -1, "price": "x"}, {"quantity": 1}, {"quantity": None}]
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.create(Bill, title="B", lines=rows)
        assert set(refusal.value.problems) == {"lines.1.quantity", "lines.1.price", "lines.3.quantity"}
        assert refusal.value.row is None
        assert env.count(Bill).value == 0, "all or nothing"

    def test_of_several_wholes_the_refused_one_is_named(self, env: Env) -> None:
        rows = [
            {"title": "one", "lines": [{"text": "a"}]},
            {"title": "two", "lines": [{"text": "b"}, {"quantity": -1}]},
        ]
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.create_many(Bill, rows)
        assert (refusal.value.row, list(refusal.value.problems)) == (1, ["lines.1.quantity"])

    def test_a_record_that_is_not_there_is_told_at_its_row(self, env: Env) -> None:
        article = env.create(Article, name="Nut")
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.create(Bill, title="B", lines=[{"article": article.id}, {"article": 999_999}])
        assert list(refusal.value.problems) == ["lines.1.article"]

    def test_a_value_that_is_there_twice(self, env: Env) -> None:
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.create(Bill, title="B", lines=[{"code": "x"}, {"code": "y"}, {"code": "x"}])
        assert list(refusal.value.problems) == ["lines.2.code"]

    def test_only_parts_are_written_with_their_whole(self, env: Env) -> None:
        with pytest.raises(BadRequest):
            env.create(Bill, title="B", copies=[{"name": "x"}])
        for rows in ("x", [1], {"text": "x"}):
            with pytest.raises(BadRequest):
                env.create(Bill, title="B", lines=rows)
        with pytest.raises(BadRequest):
            env.create(Bill, title="B", lines=[{"bill": 1}])
        with pytest.raises(BadRequest):
            env.create(Bill, title="B", lines=[{"unknown": 1}])

    def test_from_outside_only_what_the_caller_may_set(self, env: Env) -> None:
        env.create_many(Bill, [{"title": "B", "lines": [{"text": "a"}]}], strict=True)
        for row in ({"cost": 1}, {"net": 1}, {"bill": 1}):
            with pytest.raises(BadRequest):
                env.create_many(Bill, [{"title": "B", "lines": [row]}], strict=True)


class TestChanging:
    def test_change_remove_and_add(self, env: Env) -> None:
        bill = a_bill(env)
        one, two, _three = lines_of(env, bill)
        env.write(
            bill,
            title="C",
            lines=[
                {"id": one.id, "quantity": 7},
                {"text": "new", "sequence": 9},
                {"id": two.id, "delete": True},
            ],
        )
        assert bill.title == "C"
        assert shape(env, bill) == [("T1", 7, 10), ("T3", 3, 10), ("new", 1, None)]
        assert one.net == 70

    def test_a_code_that_a_removed_row_had_is_free(self, env: Env) -> None:
        bill = env.create(Bill, title="B", lines=[{"code": "x"}])
        (line,) = lines_of(env, bill)
        env.write(bill, lines=[{"code": "x", "text": "again"}, {"id": line.id, "delete": True}])
        assert [one.text for one in lines_of(env, bill)] == ["again"]

    def test_wrong_cells_of_changed_and_new_rows(self, env: Env) -> None:
        bill = a_bill(env)
        one, two, three = lines_of(env, bill)
        rows = [
            {"id": one.id, "quantity": 5},
            {"id": two.id, "quantity": -1},
            {"id": three.id, "quantity": None},
        ]
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(bill, lines=rows)
        assert set(refusal.value.problems) == {"lines.1.quantity", "lines.2.quantity"}
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(bill, lines=[{"id": one.id, "quantity": 5}, {"quantity": -1}])
        assert set(refusal.value.problems) == {"lines.1.quantity"}
        assert [row[1] for row in shape(env, bill)] == [1, 2, 3], "all or nothing"

    def test_what_only_the_database_or_others_know_is_told_at_its_row(self, env: Env) -> None:
        bill = env.create(Bill, title="B", lines=[{"code": "x"}, {"code": "y"}, {"code": "z"}])
        one, two, three = lines_of(env, bill)
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(
                bill,
                lines=[{"id": one.id, "text": "t", "code": "a"}, {"id": two.id, "text": "t", "code": "z"}],
            )
        assert list(refusal.value.problems) == ["lines.1.code"]
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(bill, lines=[{"id": one.id, "text": "t"}, {"id": three.id, "article": 999_999}])
        assert list(refusal.value.problems) == ["lines.1.article"]

    def test_rows_of_another_bill_are_not_there(self, env: Env) -> None:
        bill, other = a_bill(env), a_bill(env)
        (theirs, *_rest) = lines_of(env, other)
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(bill, lines=[{"id": theirs.id, "quantity": 50}])
        assert list(refusal.value.problems) == ["lines.0"]
        env.write(bill, lines=[{"id": theirs.id, "delete": True}])
        assert len(lines_of(env, other)) == 3, "what is not in the list cannot be taken out of it"

    def test_rows_that_cannot_be_meant(self, env: Env) -> None:
        bill = a_bill(env)
        (one, *_rest) = lines_of(env, bill)
        for rows in (
            [{"id": one.id}, {"id": one.id, "delete": True}],
            [{"id": "x", "text": "a"}],
            [{"id": True, "text": "a"}],
        ):
            with pytest.raises(BadRequest):
                env.write(bill, lines=rows)
        with pytest.raises(BadRequest):
            env.write([bill, a_bill(env)], lines=[{"text": "x"}])

    def test_the_same_change_of_a_line_by_two_people(self, env: Env, world: World) -> None:
        bill = a_bill(env)
        one, two, _three = lines_of(env, bill)
        env.write(bill, lines=[{"id": one.id, "quantity": 7}])
        env.write(
            bill,
            lines=[{"id": one.id, "version": 1, "price": 99}, {"id": two.id, "version": 1, "quantity": 8}],
        )
        assert shape(env, bill)[:2] == [("T1", 7, 99), ("T2", 8, 10)], "different cells are merged"
        with pytest.raises(Conflict) as refusal, attempt(env):
            env.write(
                bill,
                lines=[
                    {"id": two.id, "version": 1, "text": "t"},
                    {"id": one.id, "version": 1, "quantity": 9},
                ],
            )
        (told,) = refusal.value.fields
        assert (told.name, told.mine, told.theirs) == ("lines.1.quantity", 9, 7)
        assert "2" in str(told.label)
        assert shape(env, bill)[1] == ("T2", 8, 10)

    def test_a_line_that_somebody_removed(self, env: Env) -> None:
        bill = a_bill(env)
        one, two, _three = lines_of(env, bill)
        env.delete([one])
        env.write(bill, lines=[{"id": one.id, "delete": True}, {"id": two.id, "text": "still"}])
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(bill, lines=[{"id": one.id, "version": 1, "quantity": 9}])
        assert list(refusal.value.problems) == ["lines.0"]

    def test_a_closed_whole_keeps_its_parts(self, env: Env) -> None:
        bill = a_bill(env)
        (one, *_rest) = lines_of(env, bill)
        bill.pay()
        for row in ({"id": one.id, "quantity": 9}, {"text": "new"}, {"id": one.id, "delete": True}):
            with pytest.raises(StateForbids), attempt(env):
                env.write(bill, lines=[row])

    def test_only_who_may_change_the_whole(self, env: Env, world: World) -> None:
        bill = a_bill(env)
        (one, *_rest) = lines_of(env, bill)
        with use_env(world.colleague):
            with pytest.raises(NotFound):
                world.colleague.write(world.colleague.sudo("test").get(Bill, bill.id), lines=[])
            with pytest.raises(NotFound):
                world.colleague.write(
                    world.colleague.sudo("test").get(Bill, bill.id), lines=[{"id": one.id, "text": "x"}]
                )
        with use_env(world.superior), pytest.raises(AccessDenied):
            world.superior.write(world.superior.get(Bill, bill.id), lines=[{"text": "x"}])


class TestTheRest:
    def test_statements_do_not_grow_with_the_rows(self, env: Env) -> None:
        def made(count: int) -> int:
            return statements(env, lambda: a_bill(env, count))

        made(1)
        assert made(200) == made(2)

        def changed(count: int) -> int:
            bill = a_bill(env, count * 2)
            rows = lines_of(env, bill)
            asked: list[dict[str, Any]] = [
                {"id": one.id, "version": 1, "quantity": 5} for one in rows[:count]
            ]
            asked += [{"id": one.id, "delete": True} for one in rows[count:]]
            asked += [{"text": str(n)} for n in range(count)]
            return statements(env, lambda: env.write(bill, version=1, lines=asked))

        assert changed(100) == changed(2)

    def test_each_row_has_its_audit(self, env: Env) -> None:
        bill = a_bill(env)
        (one, *_rest) = lines_of(env, bill)
        env.write(bill, lines=[{"id": one.id, "quantity": 7}])
        last, first = entries_of(env, env.info(Line), one.id)
        assert (last.operation, last.changes["quantity"]["n"], first.operation) == (
            "write",
            "7.00000000",
            "create",
        )
        assert bill.version == 1, "the whole has not changed"

    def test_all_of_it_is_undone(self, env: Env, world: World) -> None:
        bill = a_bill(env)
        one, two, _three = lines_of(env, bill)
        later = world.new_env("owner")
        with use_env(later):
            rows = [{"id": one.id, "quantity": 7}, {"id": two.id, "delete": True}, {"text": "new"}]
            later.write(later.get(Bill, bill.id), title="C", lines=rows)
        undoing = world.new_env("owner")
        with use_env(undoing):
            undoing.undo(later.request_id)
            assert shape(undoing, bill) == [("T1", 1, 10), ("T2", 2, 10), ("T3", 3, 10)]
            assert undoing.get(Bill, bill.id).title == "B"

    def test_a_bill_and_its_lines_are_unmade_together(self, world: World) -> None:
        making, undoing = world.new_env("owner"), world.new_env("owner")
        with use_env(making):
            bill = a_bill(making)
        with use_env(undoing):
            undoing.undo(making.request_id)
            assert undoing.search(Bill, Bill.id == bill.id) == []
            assert (
                undoing.scalars(select(Line.id).where(Line.bill == bill.id, Line.deleted_at.is_(None))) == []
            )

    def test_amounts_are_exact(self, env: Env) -> None:
        bill = env.create(
            Bill, title="B", discount=10, lines=[{"quantity": Decimal("0.3"), "price": Decimal("9.99")}]
        )
        (line,) = lines_of(env, bill)
        assert line.net == Decimal("2.6973")
