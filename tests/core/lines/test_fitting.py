"""References to what fits: asked on saving, for new and changed records, also when something else changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from toy_bills.models import Article, Bill, Line, Sort

from core.errors import ValidationFailed
from core.orm.attempts import attempt
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.world import World


@pytest.fixture
def env(world: World) -> Iterator[Env]:
    with use_env(world.owner):
        yield world.owner


@pytest.fixture
def goods(env: Env) -> dict[str, Any]:
    nut, bolt = env.create(Article, name="Nut"), env.create(Article, name="Bolt")
    return {
        "nut": nut.id, "bolt": bolt.id, "steel nut": env.create(Sort, name="steel nut", article=nut).id,
        "steel bolt": env.create(Sort, name="steel bolt", article=bolt).id,
    }  # fmt: skip


def test_new_rows(env: Env, goods: dict[str, int]) -> None:
    rows = [
        {"article": goods["nut"], "sort": goods["steel nut"]},
        {"article": goods["bolt"], "sort": goods["steel nut"]},
    ]
    with pytest.raises(ValidationFailed, match="does not fit") as refusal, attempt(env):
        env.create(Bill, title="B", lines=rows)
    assert list(refusal.value.problems) == ["lines.1.sort"]
    env.create(Bill, title="B", lines=[rows[0], {"sort": goods["steel bolt"]}])


def test_changed_rows(env: Env, goods: dict[str, int]) -> None:
    bill: Any = env.create(Bill, title="B", lines=[{"article": goods["nut"], "sort": goods["steel nut"]}])
    (line,) = env.search(Line, Line.bill == bill.id)
    env.write(line, text="something else")
    for values in ({"sort": goods["steel bolt"]}, {"article": goods["bolt"]}):
        with pytest.raises(ValidationFailed) as refusal, attempt(env):
            env.write(line, **values)
        assert list(refusal.value.problems) == ["sort"]
        with pytest.raises(ValidationFailed), attempt(env):
            env.write_many(Line, [line.id], **values)
    env.write(line, article=goods["bolt"], sort=goods["steel bolt"])


def test_arguments_of_steps(env: Env, goods: dict[str, int]) -> None:
    bill: Any = env.create(Bill, title="bolt")
    with pytest.raises(ValidationFailed) as refusal, attempt(env):
        bill.prefer(sort=goods["steel nut"])
    assert list(refusal.value.problems) == ["sort"]
    bill.prefer(sort=goods["steel bolt"])
    assert bill.terms == "steel bolt"
