"""Numbers without gaps: provisional for drafts, final by the step that makes the document count."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from toy_docs.models import DONE, OPEN, Bill

from core.base.models import BaseNumbering
from core.errors import AccessDenied, StateForbids, UserError, ValidationFailed
from core.orm.attempts import attempt
from core.orm.env import Env
from core.testing.team import acting
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with world.acting("admin") as env:
        yield env


def rule(world: World, sequence: str = "toy_docs.bill") -> Any:
    with world.system("North") as env:
        return env.first("base.numbering", env.condition("base.numbering", "sequence", "eq", sequence))


def without_gaps(world: World, wanted: bool = True, sequence: str = "toy_docs.bill") -> None:
    with world.system("North") as env:
        found: Any = env.first("base.numbering", env.condition("base.numbering", "sequence", "eq", sequence))
        env.write(found, without_gaps=wanted)


def bills(env: Env, *amounts: int) -> list[Any]:
    return env.get_many(Bill, env.create_many(Bill, [{"amount": one} for one in amounts]))


def final(env: Env, *places: int) -> list[str]:
    return [f"B-{env.today:%Y%m}-{one:04}" for one in places]


def found(env: Env, text: str) -> list[int]:
    return [row[0] for row in env.page(Bill, ["id"], search=text).rows]


@contextmanager
def drawing(world: World) -> Iterator[list[str]]:
    """The statements that move a numbering rule."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "update base.numbering" in statement:
            seen.append(statement)

    event.listen(world.connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(world.connection, "before_cursor_execute", note)


def test_a_draft_has_a_provisional_number_and_the_step_draws_the_final_one(world: World, env: Env) -> None:
    without_gaps(world)
    first, second = bills(env, 1, 2)
    assert [one.number for one in (first, second)] == ["*B-0001", "*B-0002"]
    assert found(env, "B-0002") == found(env, "*B-0002") == [second.id]
    second.post()
    assert (second.number, first.number) == (*final(env, 1), "*B-0001")
    assert second.words == f"This is {second.number}", "what the step makes names the final number"
    assert found(env, second.number) == [second.id]
    assert (rule(world).counter, rule(world).drafts) == (1, 2)
    second.finish()
    assert second.number == final(env, 1)[0]


def test_many_records_of_a_step_draw_once_and_in_their_order(world: World, env: Env) -> None:
    without_gaps(world)
    made = bills(env, 1, 2, 3, 4)
    made[1].post()
    with drawing(world) as seen:
        env.run(Bill.post, [made[3], made[0], made[2]])
    assert len(seen) == 1
    assert [one.number for one in made] == final(env, 3, 1, 4, 2)


def test_while_the_rule_allows_gaps_nothing_is_asked(world: World, env: Env) -> None:
    made = bills(env, 1, 2)
    with drawing(world) as seen:
        env.run(Bill.post, made)
    assert seen == []
    assert [one.number for one in made] == final(env, 1, 2)
    env.delete(bills(env, 3))
    assert bills(env, 4)[0].number == final(env, 4)[0], "a deleted draft leaves its gap, as before"
    assert rule(world).drafts == 0


def test_a_refused_step_takes_its_numbers_back_and_speaks_of_the_draft(world: World, env: Env) -> None:
    without_gaps(world)
    good, bad = bills(env, 1, -1)
    with pytest.raises(UserError, match=r"^\*B-0002 costs too little\.$"), attempt(env):
        env.run(Bill.post, [good, bad])
    assert [one.number for one in (good, bad)] == ["*B-0001", "*B-0002"]
    good.post()
    assert good.number == final(env, 1)[0]


def test_drafts_go_and_what_has_a_final_number_stays(world: World, env: Env) -> None:
    without_gaps(world)
    draft, posted, reworked, dropped = bills(env, 1, 2, 3, 4)
    env.run(Bill.post, [posted, reworked])
    reworked.rework()
    dropped.drop()
    assert (reworked.number, dropped.number) == (*final(env, 2), "*B-0004")
    env.delete(draft)
    for one in (posted, reworked):
        with pytest.raises(StateForbids, match="cancelled or reversed, not deleted"):
            env.delete(one)
    reworked.post()
    assert reworked.number == final(env, 2)[0], "never twice"
    env.restore(Bill, [draft.id])
    assert env.get(Bill, draft.id).number == "*B-0001"  # type: ignore[attr-defined]


def test_the_rule_is_switched_over_at_any_time(world: World, env: Env) -> None:
    before, deleted = bills(env, 1, 2)
    without_gaps(world)
    env.delete(deleted)
    between, later = bills(env, 3, 4)
    between.post()
    before.post()
    assert [one.number for one in (before, between)] == final(env, 1, 3)
    without_gaps(world, False)
    assert bills(env, 5)[0].number == final(env, 4)[0]
    later.post()
    assert later.number == final(env, 5)[0], "a draft of the time without gaps gets its number all the same"
    env.delete(between)


def test_records_made_in_a_final_state_draw_at_once(world: World, env: Env) -> None:
    without_gaps(world)
    with world.system("North") as kernel:
        rows: list[dict[str, Any]] = [
            {"state": "done"},
            {},
            {"state": OPEN},
            {"state": "open", "number": "OLD-7"},
        ]
        ids = kernel.create_many(Bill, rows)
        numbers = [one.number for one in kernel.get_many(Bill, ids)]
    first, second = final(env, 1, 2)
    assert numbers == [first, "*B-0001", second, "OLD-7"]


def test_a_state_that_no_step_sets_draws_too(world: World, env: Env) -> None:
    """As imports and work of the kernel set states."""
    without_gaps(world)
    made = bills(env, 1, 2, 3)
    with env.granting(made, "import"):
        for one in made[:2]:
            one.state = DONE
    assert [one.number for one in made] == [*final(env, 1, 2), "*B-0003"]
    with world.system("North") as kernel:
        [last] = kernel.get_many(Bill, [made[2].id])
        kernel.settle_numbers([last], OPEN)
        assert (last.number, last.state.code) == (final(env, 3)[0], "draft")
        kernel.settle_numbers([last], OPEN)
        assert rule(world).counter == 3


def test_nobody_gives_provisional_numbers_or_takes_final_ones_away(world: World, env: Env) -> None:
    without_gaps(world)
    with pytest.raises(ValidationFailed, match="is provisional"):
        env.create(Bill, number="*B-0009")
    [one] = bills(env, 1)
    one.post()
    with world.system("North") as kernel, pytest.raises(StateForbids, match="it is not changed"):
        kernel.write(kernel.get(Bill, one.id), number="B-9")
    with world.system("North") as kernel, pytest.raises(ValidationFailed, match="is provisional"):
        kernel.write(kernel.get(Bill, one.id), number="*B-0007")
    without_gaps(world, False)
    with world.system("North") as kernel:
        kernel.write(kernel.get(Bill, one.id), number="B-9")


def test_undoing_a_step_leaves_the_number(world: World) -> None:
    without_gaps(world)
    with acting(world, "admin") as env:
        [made] = bills(env, 1)
    with acting(world, "admin") as step:
        posted: Any = step.get(Bill, made.id)
        posted.post()
    with acting(world, "admin") as later:
        later.undo(step.request_id)
    with acting(world, "admin") as env:
        one: Any = env.get(Bill, made.id)
    assert (one.state.code, one.number) == ("draft", final(env, 1)[0])
    with acting(world, "admin") as env, pytest.raises(StateForbids):
        env.delete(env.get(Bill, one.id))


def test_the_final_number_is_one_of_the_period_in_which_it_is_drawn(world: World, env: Env) -> None:
    without_gaps(world)
    made = bills(env, 1, 2)
    with world.system("North") as kernel:
        kernel.write(kernel.get("base.numbering", rule(world).id), period="2026-01", counter=41)
    env.run(Bill.post, made)
    assert [one.number for one in made] == final(env, 1, 2), "a new period starts again"
    assert bills(env, 3)[0].number == "*B-0003", "and the drafts go on"


def test_only_rules_of_documents_that_are_confirmed_can_be_without_gaps(world: World) -> None:
    with pytest.raises(ValidationFailed, match="when they are created"):
        without_gaps(world, sequence="toy_docs.memo")
    with acting(world, "admin") as env:
        rules: dict[str, Any] = {one.sequence: one for one in env.search("base.numbering", limit=100)}

        def offered(sequence: str) -> set[str]:
            return {method.name for method in env.allowed_methods(rules[sequence])}

        assert offered("toy_docs.memo") == offered("toy_docs.order") == set()
        assert offered("toy_docs.bill") == {"close_gaps"}
        rules["toy_docs.bill"].close_gaps()
        assert offered("toy_docs.bill") == {"allow_gaps"}
        assert bills(env, 1)[0].number == "*B-0001"
        with pytest.raises(AccessDenied):
            env.run(BaseNumbering.close_gaps, [rules["toy_docs.memo"]])
        rules["toy_docs.bill"].allow_gaps()
        assert not rules["toy_docs.bill"].without_gaps


def brought(env: Env, *places: int, **values: Any) -> None:
    """Bills that an import has made with their old numbers."""
    env.sudo("an import").create_many(Bill, [{"number": one, **values} for one in final(env, *places)])


def test_numbers_that_an_import_brought_along_are_passed_over(world: World, env: Env) -> None:
    brought(env, 1, 3, 4)
    [first] = bills(env, 1)
    assert [first.number, *(one.number for one in bills(env, 1, 2))] == final(env, 2, 5, 6)
    assert rule(world).counter == 6, "what was looked at and not used went back"
    made = env.sudo("an import").create_many(
        Bill, [{"amount": 1}, {"number": final(env, 7)[0]}, {"amount": 2}]
    )
    assert [one.number for one in env.get_many(Bill, made)] == final(env, 8, 7, 9)


def test_a_long_row_of_numbers_in_the_way_takes_few_draws(world: World, env: Env) -> None:
    brought(env, *range(1, 301))
    with drawing(world) as draws:
        [first] = bills(env, 1)
    assert (first.number, rule(world).counter) == (final(env, 301)[0], 301)
    assert len(draws) < 15


def test_a_series_without_gaps_passes_over_what_counts_and_names_the_draft_that_is_in_the_way(
    world: World, env: Env
) -> None:
    without_gaps(world)
    brought(env, 1, 2, state=OPEN)
    brought(env, 4, words="imported")
    first, second = bills(env, 1, 2)
    first.post()
    assert first.number == final(env, 3)[0]
    with pytest.raises(StateForbids) as refused, attempt(env):
        env.run(Bill.post, [second])
    said = {language: refused.value.message.translate(language) for language in ("en", "zh_CN")}
    taken = final(env, 4)[0]
    assert said == {
        "en": f"The next number is {taken}, and it belongs already to a draft: Bill {taken}. The series has no gaps: "
              "confirm or post that draft first, or delete it.",
        "zh_CN": f"下一个编号是 {taken}，但已被一张草稿占用：Bill {taken}。此编号不允许断号：请先确认或过账该草稿，或将其删除。",
    }  # fmt: skip
    assert (second.number, rule(world).counter) == ("*B-0002", 3)
    held: Any = env.first(Bill, Bill.number == taken)
    held.post()
    second.post()
    assert (held.number, second.number) == tuple(final(env, 4, 5))
