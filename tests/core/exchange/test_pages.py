"""Importing in the browser: upload, watch, cancel, take the wrong rows home."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from webtest import TestApp

from core.auth.passwords import hash_password
from core.automation.worker import Worker
from core.config import Config
from core.errors import NotFound
from core.exchange.errors import FileRefused
from core.exchange.importing import BATCH
from core.exchange.jobs import import_files
from core.exchange.uploads import KEPT_SECONDS, file_name, keep, wrong_file
from core.orm.engine import session_factory
from core.orm.trust import TRUSTED
from core.web.app import make_app
from tests.core.exchange.conftest import Desk
from tests.core.exchange.test_importing import CUSTOMERS, HEADER, ROWS, names

PASSWORD = "three calm horses at noon"


@pytest.fixture
def site(desk: Desk, tmp_path: Path) -> Iterator[Any]:
    """The application; a browser of a person is `site("director")`."""
    user = desk.composed.info("base.user").table
    with session_factory(desk.database.owner).begin() as session:
        session.execute(update(user).values(password_hash=hash_password(PASSWORD)), execution_options=TRUSTED)
    config = Config(tmp_path / "state", (), base_url="http://localhost", language="en")
    app = make_app(config, desk.composed, engine=desk.database.app, reload=False)

    def browser(login: str) -> TestApp:
        found = TestApp(app, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
        form = found.get("/login").forms[0]
        form["login"], form["password"] = login, PASSWORD
        assert form.submit().status_int == 303
        return found

    yield browser


def upload(browser: TestApp, mapping: str, rows: str, *, trial: bool = False, expect: int = 303) -> Any:
    page = browser.get("/imports")
    form = next(form for form in page.forms.values() if form.action == "/imports")
    data = [("csrf_token", form["csrf_token"].value)] + ([("trial", "1")] if trial else [])
    files = [("mapping", "m.toml", mapping.encode()), ("files", "customers.csv", rows.encode())]
    return browser.post("/imports", data, upload_files=files, status=expect)


def token_of(page: Any) -> str:
    return str(page.html.find("input", {"name": "csrf_token"})["value"])


def work(desk: Desk) -> None:
    worker = Worker(desk.database.app)
    while worker.run_one():
        pass


def test_trial_then_import_then_wrong_rows(site: Any, desk: Desk) -> None:
    browser = site("director")
    answer = upload(browser, CUSTOMERS, f"{ROWS}4,=evil,,19x4\n", trial=True)
    page = browser.get(answer.location)
    assert "Waiting" in page and 'hx-trigger="every 2s"' in page
    work(desk)
    page = browser.get(answer.location)
    assert "This was a trial: nothing was written." in page and names(desk) == []

    answer = upload(browser, CUSTOMERS, f"{ROWS}4,=evil,,19x4\n")
    work(desk)
    page = browser.get(answer.location)
    assert "every 2s" not in page and "row 5: founded “19x4”" in page.html.get_text()
    assert names(desk) == ["海尔集团", "𠮷野家 🍚", "Lenovo"]
    wrong = browser.get(f"{answer.location}/wrong/customers.csv")
    assert wrong.content_type == "text/csv" and wrong.headers["X-Content-Type-Options"] == "nosniff"
    assert wrong.headers["Content-Disposition"].startswith("attachment") and "'=evil" in wrong.text
    assert "m.toml" in browser.get("/imports")
    for name in ("..%2f..%2fmapping.toml", "mapping.toml"):
        browser.get(f"{answer.location}/wrong/{name}", status=404)


def test_a_mapping_or_a_file_that_cannot_be_used_is_said_in_the_page(site: Any, desk: Desk) -> None:
    browser = site("director")
    page = upload(browser, "source =\n", ROWS, expect=422)
    assert "m.toml:1: is not TOML" in page
    assert "Please choose a mapping" in browser.post("/imports", {"csrf_token": token_of(page)}, status=422)
    answer = upload(browser, CUSTOMERS, "number,phone\n1,2\n")
    work(desk)
    page = browser.get(answer.location)
    assert "Failed for good" in page and "has no column name" in page.html.get_text()


def test_it_is_cancelled_before_the_next_batch(
    site: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site("director")
    rows = HEADER + "".join(f"{n},Customer {n},,\n" for n in range(2 * BATCH))
    answer = upload(browser, CUSTOMERS, rows)
    token = token_of(browser.get(answer.location))
    seen = []

    def step(run: Any, progress: int, total: int | None = None) -> None:
        seen.append((progress, total))
        browser.post(f"{answer.location}/cancel", {"csrf_token": token}, status=303)
        return original(run, progress, total)

    from core.automation.worker import Run

    original = Run.step
    monkeypatch.setattr(Run, "step", step)
    work(desk)
    assert seen == [(BATCH, 2 * BATCH)]
    assert "Cancelled" in browser.get(answer.location) and len(names(desk)) == BATCH


def test_a_waiting_import_is_cancelled_at_once(site: Any, desk: Desk) -> None:
    browser = site("director")
    answer = upload(browser, CUSTOMERS, ROWS)
    page = browser.get(answer.location)
    form = next(form for form in page.forms.values() if form.action.endswith("/cancel"))
    assert "Cancelled" in form.submit().follow()
    work(desk)
    assert names(desk) == []


def test_only_who_may_import_and_only_the_own_ones(site: Any, desk: Desk) -> None:
    stranger = site("stranger")
    stranger.get("/imports", status=403)
    director = site("director")
    answer = upload(director, CUSTOMERS, ROWS)
    for person in ("superior", "other"):
        site(person).get(answer.location, status=404)
    director.get("/imports/999999", status=404)


def test_the_menu_leads_administrators_there(site: Any) -> None:
    assert "/p/base.imports" in site("admin").get("/")
    assert "Import files" in site("admin").get("/p/base.imports")


def test_uploads_are_removed_after_some_days(tmp_path: Path) -> None:
    import io

    def put(ticket: str) -> Path:
        return keep(tmp_path, ticket, io.BytesIO(b"m"), {"C:\\data\\rows.csv": io.BytesIO(b"r")})

    old = put("old")
    assert (old / "files" / "rows.csv").read_bytes() == b"r"
    os.utime(old, (time.time() - KEPT_SECONDS - 1,) * 2)
    new = put("new")
    assert new.is_dir() and not old.exists()
    for name in ("", "..", ".hidden", "a/"):
        with pytest.raises(FileRefused):
            file_name(name)
    with pytest.raises(NotFound):
        wrong_file(new, "rows.csv")


def test_the_job_is_known_to_the_worker(desk: Desk) -> None:
    assert import_files.name in Worker(desk.database.app).jobs
