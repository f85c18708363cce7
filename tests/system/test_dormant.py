"""What is stored and names something of an addon, while that addon is off: nothing fails, it says why, and comes back."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest
from sqlalchemy import select

from core.automation.schedule import enqueue_due
from core.automation.worker import Worker
from core.lifecycle.activation import disable, enable
from core.modules.manifest import KERNEL
from core.orm.context import use_env
from core.orm.dormant import record_asleep
from core.orm.engine import session_factory
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED
from core.testing.browser import browser_of
from tests.system.crawl import Walk
from tests.system.site import Site
from tests.system.stored_names import links_of_lists, store_names
from tests.system.test_addon_combinations import at_work, company_with

pytestmark = pytest.mark.xdist_group("dormant")
LEFT: Final = frozenset({KERNEL, "crm_base"})
"""What stays on: the models that most other addons bring fields to."""
OFF: Final = "switched off in this company"


class Sleeper:
    """A company with rows of all kinds that name things of all addons; most of these are then switched off."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.company, self.user = company_with(site, frozenset(site.composed.addons), "dormant")
        with session_factory(site.database.app).begin() as session:
            addons = frozenset(site.composed.addons)
            with system_env(session, self.company, addons, "dormant") as env, use_env(env):
                self.stored = store_names(env, self.user)
                self.lists = sorted(links_of_lists(env, LEFT))
        self.browser = browser_of(site.app, site.database, self.user, self.company)
        self.before = self.answers()
        self.switch(disable)

    def switch(self, change: Any) -> None:
        """Everything but `LEFT` off, or on again."""
        addons = [addon for addon in self.site.composed.addons if addon not in LEFT]
        with self.site.database.app.begin() as connection:
            for addon in reversed(addons) if change is disable else addons:
                change(connection, self.company, addon)

    def answers(self) -> dict[str, int]:
        """What kept links to lists and records are answered."""
        return {url: self.get(url).status_int for url in (*self.lists, *self.stored.links)}

    def get(self, url: str) -> Any:
        return self.browser.get(url, status="*")

    def sleeping(self) -> dict[str, str]:
        """The page of one row of each kind that names something of what is off."""
        found: dict[str, str] = {}
        with at_work(self.site, self.company, self.user) as env:
            for info in (one for one in self.site.composed.models.values() if one.names):
                records: list[Any] = env.search(info.key, limit=500) if env.can("read", info.key) else []
                for record in records:
                    named = {name: getattr(record, name) for name in info.names}
                    if info.key not in found and record_asleep(env, info, named) is not None:
                        found[info.key] = f"/r/{info.key}/{record.id}"
        return found

    def jobs(self) -> Counter[tuple[str, str]]:
        """How many jobs of each addon's package are in which state."""
        queue = self.site.composed.info("base.job").table
        with self.site.database.owner.connect() as connection:
            statement = select(queue.c.name, queue.c.state).where(queue.c.company_id == self.company)
            rows = connection.execute(statement, execution_options=TRUSTED).all()
        return Counter((name.partition(".")[0], state) for name, state in rows)


@pytest.fixture(scope="module")
def sleeper(site: Site) -> Sleeper:
    return Sleeper(site)


def test_lists_open_without_what_is_off_and_say_so(sleeper: Sleeper) -> None:
    worked = [url for url in sleeper.lists if sleeper.before[url] == 200]
    assert len(worked) > 30
    for url in worked:
        answer = sleeper.get(url)
        assert answer.status_int == 200, url
        assert OFF in answer.text, url


def test_records_of_what_is_off_tell_why_they_are_not_there(sleeper: Sleeper) -> None:
    for url in sleeper.stored.links:
        is_left = url.startswith("/r/crm_base.")
        answer = sleeper.get(url)
        assert answer.status_int == (sleeper.before[url] if is_left else 404), url
        assert is_left or OFF in answer.text, url


def test_rows_of_the_kernel_that_name_it_tell_that_they_sleep(sleeper: Sleeper) -> None:
    pages = sleeper.sleeping()
    assert len(pages) >= 15, sorted(pages)
    for url in pages.values():
        answer = sleeper.get(url)
        assert answer.status_int in (200, 404), url
        assert OFF in answer.text, url
        for end in ("/history", "/why", "/edit"):
            assert sleeper.get(f"{url}{end}").status_int < 500, url + end


def test_a_condition_of_a_sharing_rule_opens_without_what_is_off_and_warns(sleeper: Sleeper) -> None:
    with at_work(sleeper.site, sleeper.company, sleeper.user) as env:
        rules: list[Any] = env.search("base.sharing_rule", limit=500)
        mine = [one for one in rules if one.condition and one.model.partition(".")[0] in LEFT]
    assert mine
    for rule in mine:
        answer = sleeper.get(f"/r/base.sharing_rule/{rule.id}/condition")
        assert answer.status_int == 200
        assert OFF in answer.text and "Saving leaves this condition out" in answer.text


def test_the_rights_of_a_role_of_what_is_off_tell_why_they_are_not_there(sleeper: Sleeper) -> None:
    answer = sleeper.get("/why/role/crm_leads.lead_desk")
    assert answer.status_int == 404 and OFF in answer.text
    assert OFF not in sleeper.get("/why/role/nowhere.nobody").text


def test_no_page_leads_to_a_failure(sleeper: Sleeper) -> None:
    walk = Walk(sleeper.browser, most=250).follow("/", "/notices", "/p/base.attachments", "/search?q=1")
    assert len(walk.answers) > 100
    assert walk.wrong() == []


def test_jobs_wait_and_periodic_ones_are_not_asked_for(sleeper: Sleeper) -> None:
    worker = _worker(sleeper)
    while worker.run_one():
        pass
    assert {state for package, state in sleeper.jobs() if package == "addons"} == {"queued"}


def test_everything_is_back_with_its_addon(sleeper: Sleeper) -> None:
    sleeper.switch(
        lambda connection, company, addon: enable(connection, company, addon, with_dependencies=True)
    )
    assert sleeper.answers() == sleeper.before
    assert sleeper.sleeping() == {}
    worker = _worker(sleeper)
    while worker.run_one():
        pass
    assert {state for package, state in sleeper.jobs() if package == "addons"} == {"done"}


def _worker(sleeper: Sleeper) -> Worker:
    """Only for the jobs of addons: those of the kernel have tests of their own."""
    worker = Worker(sleeper.site.database.app)
    worker.jobs = {name: found for name, found in worker.jobs.items() if found[0] != KERNEL}
    with worker.factory() as session:
        enqueue_due(session, worker.jobs)
        session.commit()
    return worker
