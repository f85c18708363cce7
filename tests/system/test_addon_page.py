"""An addon is installed, removed and restored on its page, by the deployment's own worker, while people go on working."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.core.server.processes import kill, processes_about, state_folder, wait_until
from tests.system.served import Served, keyuan
from tests.system.visitor import Answer, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
PASSWORD = "seven quiet otters at dawn"
TOYS = Path(__file__).parents[1] / "core/lifecycle/addons"
EXTRA = "more"
"""The folder on the addons path; `addons` beside the working folder would be taken for the built-in ones."""
GOODS = "/r/toy_wares.article"
THERE = 403
"""The answer where the addon is on; whoever keeps the system has no part in the shop."""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A deployment with one company, whose addons path is still empty. A few addons are enough beside which another one
    comes and goes; each of the five generations has to compose all of them.
    """
    with state_folder("an office") as state:
        (state.parent / EXTRA).mkdir()
        (state.parent / "keyuan.toml").write_text(f'addons_path = ["{EXTRA}"]\n')
        made = keyuan(state, "init", "--language", "en", "--company", "Office", "--admin", "boss",
                       "--addons", "crm_leads")  # fmt: skip
        assert made.returncode == 0, made.stderr
        running = Served(state, "--port", "0").wait_ready()
        link = re.search(r"/set-password/\S+", made.stdout)
        assert link is not None
        assert Visitor(running.address or "").post(link[0], password=PASSWORD, again=PASSWORD).status == 200
        yield running
        assert running.stop() == 0
        assert [line for line in running.faults() if "was killed" not in line] == []


@pytest.fixture(scope="module")
def boss(served: Served) -> Visitor:
    visitor = Visitor(served.address or "")
    assert visitor.sign_in("boss", PASSWORD).path == "/"
    return visitor


@contextmanager
def others_at_work(served: Served) -> Iterator[list[int]]:
    """Somebody opens pages all the time; the answers."""
    visitor, statuses, ended = Visitor(served.address or ""), list[int](), threading.Event()
    assert visitor.sign_in("boss", PASSWORD).path == "/"

    def work() -> None:
        while not ended.wait(0.05):
            statuses.append(visitor.get("/r/base.user").status)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield statuses
    finally:
        ended.set()
        thread.join(30)


def sent(visitor: Visitor, path: str, **fields: str) -> Answer:
    """A form of a signed-in page; its own address may take nothing but forms."""
    token = visitor.get("/").page.find("input", {"name": "csrf_token"})
    assert token is not None
    return visitor.post(path, **{"csrf_token": str(token["value"]), **fields})


def in_state(visitor: Visitor, path: str, word: str) -> Answer:
    """The wish's page as soon as it has this state; its failure ends the waiting."""

    def look() -> Answer | None:
        answer = visitor.get(path)
        badge = answer.page.select_one("#wish .badge")
        said = badge.text if badge is not None else ""
        assert said != "Failed" or word == "Failed", answer.page.select_one("#wish")
        return answer if said == word else None

    found: Answer = wait_until(look, f"{path} {word}", 90)
    return found


def planned(visitor: Visitor, kind: str, addon: str = "toy_wares") -> Answer:
    asked = sent(visitor, f"/addons/{addon}/plan", kind=kind)
    assert asked.status == 200, asked.text[:800]
    return in_state(visitor, asked.path, "Waits for your confirmation")


def confirmed(visitor: Visitor, plan: Answer) -> None:
    field = plan.page.select_one("#wish input[name=digest]")
    assert field is not None, " ".join(plan.page.text.split())
    assert sent(visitor, plan.path, digest=str(field["value"])).status == 200


def lines_of(answer: Answer) -> list[str]:
    return [" ".join(line.text.split()) for line in answer.page.select("#wish .ky-plan li")]


def generation(visitor: Visitor) -> int:
    return int(visitor.get("/features").text)


def serves_alone(served: Served, visitor: Visitor, before: int) -> bool:
    """Whether a generation after `before` answers and the older ones are gone, which answer while they drain."""
    if generation(visitor) <= before:
        return False
    commands = set(processes_about(served.state.parent).values())
    return len([one for one in commands if "core.cli nursery" in one]) == 1


def done(
    served: Served, visitor: Visitor, kind: str, meanwhile: Callable[[], Any] = lambda: None, *,
    addon: str = "toy_wares",
) -> Answer:  # fmt: skip
    """The whole way, until the processes that serve have what it made."""
    before, plan = generation(visitor), planned(visitor, kind, addon)
    confirmed(visitor, plan)
    meanwhile()
    answer = in_state(visitor, plan.path, "Done")
    assert lines_of(answer) == lines_of(plan)
    wait_until(lambda: serves_alone(served, visitor, before), "the next generation alone", 90)
    return answer


def test_an_addon_comes_goes_and_comes_back_while_people_work(served: Served, boss: Visitor) -> None:
    assert "toy_wares" not in boss.get("/p/base.addons").text
    for name in ("toy_wares", "toy_points"):
        shutil.copytree(TOYS / name, served.state.parent / EXTRA / name)
    row = boss.get("/p/base.addons").page.select_one("#addon-toy_wares")
    assert row is not None and "Available" in row.text
    with others_at_work(served) as statuses:
        answer = done(served, boss, "install")
        assert any("toy_wares" in line or "Article" in line for line in lines_of(answer))
        assert boss.get(GOODS).status == 404
        switch = boss.get("/p/base.addons").page.select_one("#addon-toy_wares input[name=company]")
        assert switch is not None
        assert sent(boss, "/addons/toy_wares/switch", company=str(switch["value"]), on="1").status == 200
        assert boss.get(GOODS).status == THERE
        done(served, boss, "remove")
        assert boss.get(GOODS).status == 404
        kept = boss.get("/addons/toy_wares").page
        assert kept.select_one("form input[value=restore]") is not None
        done(served, boss, "restore")
        assert boss.get(GOODS).status == THERE
    assert len(statuses) > 10
    assert set(statuses) == {200}
    history = boss.get("/addons/toy_wares").page.select_one("section[aria-labelledby=history]")
    assert history is not None
    assert all(word in history.text for word in ("Install", "Remove", "Restore", "boss"))


def test_a_runner_that_is_killed_leaves_nothing_undone(served: Served, boss: Visitor) -> None:
    """The wish is taken up by the next runner, whatever its command has done by then."""

    def killed() -> None:
        def runners() -> list[int]:
            about = processes_about(served.state.parent).items()
            return [pid for pid, command in about if "core.cli wishes" in command]

        kill(*wait_until(runners, "a runner", 20))

    done(served, boss, "install", killed, addon="toy_points")
