"""Jobs and schedules stand with the deployment, for workers take those of every company: people reach their own's only."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func

from core.automation.models import Job, Schedule
from core.errors import AccessDenied, NotFound
from core.orm.env import Env
from core.orm.history import entries_of
from core.views.operations import places_of
from tests.core.auth.conftest import World


@pytest.fixture
def queue(office: World) -> World:
    """A job of the company's own and one of Bob's in each, for Bob works in both; a schedule in each."""
    office.user("bob", "B")
    office.user("sam", "A", "base.system", "base.admin")
    for company in "AB":
        for name, user in (("own", None), ("of bob", "bob")):
            office.add("base.job", f"{name} {company}", company_id=office.ids[company], title=f"{name} {company}",
                       name="undo_operation", user_id=office.ids.get(str(user)), arguments={"of": company},
                       run_at=func.now(), state="queued")  # fmt: skip
        office.add("base.schedule", f"schedule {company}", company_id=office.ids[company], name="purge",
                   next_run=func.now())  # fmt: skip
    return office


def reached(env: Env, model: Any) -> list[set[int]]:
    """The rows by each way to many."""
    info = env.info(model)
    listed = {row[0] for row in env.page(model, ["name"], limit=100).rows}
    proposed = {one for one, _name in env.complete(model, "", 100)}
    assert (
        env.count(model, cap=None).value
        == sum(row.count for row in env.group(model, ["name"]))
        == len(listed)
    )
    return [listed, proposed, {one.id for one in env.search(info.cls, limit=100)}]


@pytest.mark.parametrize(
    ("who", "company", "jobs"),
    [("max", "A", {"own A", "of bob A"}), ("sam", "A", {"own A", "of bob A"}), ("eve", "B", {"own B", "of bob B"}),
     ("bob", "A", {"of bob A"}), ("bob", "B", {"of bob B"}), ("ann", "A", set())],
)  # fmt: skip
def test_nobody_reaches_those_of_another_company(
    queue: World, who: str, company: str, jobs: set[str]
) -> None:
    env = queue.env(who, company)
    assert reached(env, Job) == [{queue.ids[one] for one in jobs}] * 3
    if env.can("read", Schedule):
        assert reached(env, Schedule) == [{queue.ids[f"schedule {company}"]}] * 3
    other = "B" if company == "A" else "A"
    for model, rows in ((Job, (f"own {other}", f"of bob {other}")), (Schedule, (f"schedule {other}",))):
        for row in rows:
            _is_out_of_reach(env, model, queue.ids[row])
    request = f"job-{queue.ids[f'own {other}']}"
    assert "own" not in str(places_of(env, [("job", request)])[request])
    mine = f"job-{queue.ids[f'own {company}']}"
    assert str(places_of(env, [("job", mine)])[mine]) != str(places_of(env, [("job", request)])[request])


def _is_out_of_reach(env: Env, model: Any, key: int) -> None:
    info = env.info(model)
    assert env.labels(model, [key]) == {} and entries_of(env, info, key) == []
    deeds = (
        lambda: env.get(model, key), lambda: env.read(model, key, ["name"]),
        lambda: env.write_many(info, [key], name="other"), lambda: env.delete(info.cls(id=key)),
        lambda: env.restore(info, [key]),
    )  # fmt: skip
    for deed in deeds:
        with pytest.raises((AccessDenied, NotFound)):
            deed()
