"""Exporting in the browser: at once or as a job, for its maker alone, and only as long as the maker may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from webtest import TestApp

from core.auth.passwords import hash_password
from core.automation.worker import JobCancelled, Run
from core.config import Config
from core.exchange import export_rows as reading
from core.exchange import exporting
from core.exchange.export_jobs import caller_now, export_rows
from core.exchange.exporting import carry_out
from core.exchange.limits import EXPORTS
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from core.web.app import make_app
from tests.core.exchange.office import CUSTOMER, Office

PASSWORD = "three calm horses at noon"
LIST = f"/r/{CUSTOMER}"


@dataclass
class Site:
    """Browsers of people over one application."""

    office: Office
    app: Any

    def __call__(self, login: str) -> TestApp:
        found = TestApp(self.app, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
        form = found.get("/login").forms[0]
        form["login"], form["password"] = login, PASSWORD
        assert form.submit().status_int == 303
        return found

    def block(self, person: str) -> None:
        with self.office.env("admin") as env:
            env.write(env.get("base.user", self.office.staff.users[person]), blocked=True)
            env.commit()


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    user = office.composed.info("base.user").table
    with session_factory(office.database.owner).begin() as session:
        session.execute(update(user).values(password_hash=hash_password(PASSWORD)), execution_options=TRUSTED)
    config = Config(office.folder, (), base_url="http://localhost", language="en")
    yield Site(office, make_app(config, office.composed, engine=office.database.app, reload=False))


def asking(browser: TestApp, address: str) -> Any:
    """The form with the choices."""
    return next(form for form in browser.get(address).forms.values() if form.action == f"{LIST}/export")


def customers(office: Office, count: int, who: str = "director") -> list[int]:
    return office.add(who, *({"name": f"C{n:03d}", "phone": "12345", "employees": n} for n in range(count)))


@pytest.fixture
def jobs_from(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make even small exports jobs, of small pages."""

    def set_(rows: int) -> None:
        monkeypatch.setattr(exporting, "AT_ONCE", rows)
        monkeypatch.setattr(reading, "PAGE", 2)
        monkeypatch.setattr(reading.Rows.__init__, "__defaults__", ("export", 2))

    return set_


def test_a_small_list_is_there_at_once(site: Site, office: Office) -> None:
    customers(office, 3)
    browser = site("director")
    assert f"{LIST}/export" in browser.get(LIST)
    form = asking(browser, f"{LIST}/export?f=employees:ge:1&order=-employees")
    form["format"] = "csv"
    answer = form.submit(status=303)
    page = browser.get(answer.location)
    assert "2 rows" in page and 'http-equiv="refresh"' in page
    link = page.html.find("a", {"download": True})["href"]
    file = browser.get(link)
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert file.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in file.headers["Cache-Control"]
    lines = file.body.decode("utf-8-sig").splitlines()
    assert "C002" in lines[1] and "C001" in lines[2] and len(lines) == 3
    again = form.submit(status=303)
    assert again.location == answer.location, "a double click is one export"


def test_marked_rows_only(site: Site, office: Office) -> None:
    ids = customers(office, 4)
    browser = site("director")
    page = browser.get(f"{LIST}?order=name")
    form = page.forms["bulk"]
    token = form["csrf_token"].value
    data = [("csrf_token", token), ("next", f"{LIST}?order=name"), ("id", ids[1]), ("id", ids[3])]
    choices = browser.post(f"{LIST}/export", data, status=200)
    assert "2 chosen rows" in choices and "2 records" in choices
    form = next(form for form in choices.forms.values() if form.action == f"{LIST}/export")
    form["format"] = "jsonl"
    key = int(form.submit(status=303).location.partition("?")[0].rpartition("/")[2])
    assert [line["id"] for line in office.lines("director", key)] == [ids[1], ids[3]]


def test_a_long_list_is_a_job_with_a_notice(site: Site, office: Office, jobs_from: Any) -> None:
    jobs_from(3)
    customers(office, 7)
    browser = site("director")
    answer = asking(browser, f"{LIST}/export").submit(status=303)
    page = browser.get(answer.location)
    assert 'hx-trigger="every 2s"' in page and "download=" not in page
    key = int(answer.location.partition("?")[0].rpartition("/")[2])
    browser.get(f"/exports/{key}/file", status=404)
    office.work()
    page = browser.get(f"/exports/{key}")
    assert "7 rows" in page
    assert len(office.table("director", key)) == 7
    notices = browser.get("/notices")
    assert "is ready: 7 rows." in notices
    form = next(form for form in notices.forms.values() if "/notices/" in form.action)
    assert form.submit("open", status=303).location.endswith(f"/exports/{key}")


def test_a_cancelled_job_leaves_nothing(site: Site, office: Office, jobs_from: Any) -> None:
    jobs_from(3)
    customers(office, 5)
    browser = site("director")
    page = browser.get(asking(browser, f"{LIST}/export").submit(status=303).location)
    form = next(form for form in page.forms.values() if form.action.endswith("/cancel"))
    page = browser.get(form.submit(status=303).location)
    assert "The export was cancelled." in page
    office.work()
    assert list((office.folder / "files").glob("*/exports/*")) == []
    assert office.audit("export") == []


def test_the_file_is_its_makers_alone(site: Site, office: Office) -> None:
    customers(office, 2)
    key = office.export("director", "name")
    site("director").get(f"/exports/{key}/file", status=200)
    keeper = site("admin")
    assert "C001" not in keeper.get(f"/exports/{key}", status=200)
    for person in ("admin", "superior", "other"):
        site(person).get(f"/exports/{key}/file", status=404)
    for person in ("superior", "other"):
        site(person).get(f"/exports/{key}", status=404)


def test_blocked_users_lose_files_and_running_exports(site: Site, office: Office, jobs_from: Any) -> None:
    """Security 22."""
    customers(office, 5)
    browser, done = site("director"), office.export("director", "name")
    path = office.path("director", done)
    assert path.exists()
    jobs_from(3)
    waiting = office.export("director", "name")
    site.block("director")
    assert not path.exists()
    assert browser.get(f"/exports/{done}/file", status="*").status_int in (302, 303, 401)
    office.work()
    assert list((office.folder / "files").glob("*/exports/*")) == []
    with office.env("admin") as env:
        assert env.get("base.export", waiting).finished_at is None


class Stopping(Run):
    """A worker's run during which something happens after the first page."""

    def __init__(self, factory: Any, user: int, company: int, event: Callable[[], None]) -> None:
        super().__init__(0, factory, user, company)
        self.event = event

    def step(self, progress: int, total: int | None = None) -> None:
        self.event()


@pytest.mark.parametrize("loss", ["blocked", "left", "right"])
def test_rights_that_go_end_an_export_between_pages(office: Office, jobs_from: Any, loss: str) -> None:
    jobs_from(1)
    customers(office, 6)
    key = office.export("director", "name")
    users, company = office.staff.users, office.staff.companies["North"]

    def lose() -> None:
        with office.env("admin") as env:
            if loss == "blocked":
                env.write(env.get("base.user", users["director"]), blocked=True)
            else:
                system = env.sudo("test")
                user = system.condition("base.user_role", "user", "eq", str(users["director"]))
                mine = system.search("base.user_role", user)
                system.delete([row for row in mine if loss == "left" or row.role.code != "base.user"])
            env.commit()

    told = {"keyuan.files": office.folder / "files"}
    with pytest.raises(Exception) as caught, office.env("director") as env:
        run = Stopping(session_factory(office.database.app, told), users["director"], company, lose)
        carry_out(env, key, caller_now(env, run), run.step)
    assert isinstance(caught.value, JobCancelled) if loss != "right" else "right to view" in str(caught.value)
    assert list((office.folder / "files").glob("*/exports/*")) == []
    assert export_rows.attempts == 1


def test_rights_lost_since_shut_the_file(site: Site, office: Office) -> None:
    customers(office, 1)
    key = office.export("director", "name")
    browser = site("director")
    with office.env("admin") as env:
        system = env.sudo("test")
        user = str(office.staff.users["director"])
        held: list[Any] = system.search(
            "base.user_role", system.condition("base.user_role", "user", "eq", user)
        )
        system.delete([row for row in held if row.role.code != "base.user"])
        env.commit()
    browser.get(f"/exports/{key}/file", status=403)


def test_limits_are_told(site: Site, office: Office) -> None:
    customers(office, 6)
    keeper = site("admin")
    form = next(
        form for form in keeper.get("/p/base.output_limits").forms.values() if "output_limits" in form.action
    )
    form["rows"], form["day"] = "4", "many"
    assert "please give a whole number" in form.submit(status=422)
    form["day"] = "7"
    assert form.submit(status=303)
    browser = site("director")
    refused = asking(browser, f"{LIST}/export").submit(status="*")
    assert refused.status_int == 422 and "more than 4 rows" in refused
    narrowed = asking(browser, f"{LIST}/export?f=employees:ge:2")
    assert narrowed.submit(status="*").status_int == 303
    second = asking(browser, f"{LIST}/export?f=employees:ge:2").submit(status="*")
    assert second.status_int == 422 and "You have exported 4 rows today" in second
    site("owner").get("/p/base.output_limits", status=403)
    with office.env("admin") as env:
        setting: Any = env.first("base.setting", env.condition("base.setting", "key", "eq", EXPORTS))
        assert setting.value == {"rows": 4, "day": 7}


def test_without_the_right_there_is_no_way_out(site: Site, office: Office) -> None:
    browser = site("owner")
    page = browser.get("/r/crm_leads.opportunity")
    assert "/export" not in page and "/print" in page
    browser.get("/r/crm_leads.opportunity/export", status=403)
    token = asking(browser, f"{LIST}/export")["csrf_token"].value
    browser.post("/r/crm_leads.opportunity/export", {"csrf_token": token}, status=403)
    browser.post(f"{LIST}/export", {"key": "x" * 20}, status=403)
    browser.get(f"{LIST}/export?f=nonsense:eq:1", status=400)
    browser.get(f"{LIST}/export?order=id%3Bdrop", status=400)


def test_the_mapping_is_for_those_who_may_import(site: Site, office: Office, tmp_path: Path) -> None:
    office.add("owner", {"name": "A", "phone": "12345"})
    key = office.export("owner", "name", form="jsonl")
    site("owner").get(f"/exports/{key}/mapping", status=404)
    mine = office.export("director", "name", form="jsonl")
    text = site("director").get(f"/exports/{mine}/mapping").text
    assert 'model = "crm_base.customer"' in text and 'number = "id"' in text
