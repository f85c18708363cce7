"""No request waits for a second connection while it holds one: with enough of its kind it would wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from webtest import TestApp

from core.config import Config
from core.orm.compose import Composition
from core.web.app import make_app
from tests.system.site import PASSWORD, Site


@pytest.fixture(scope="module")
def narrow(site: Site, composed: Composition, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestApp]:
    """The application on a pool of one connection, which a second request for it would wait two seconds for."""
    engine = create_engine(site.database.urls.app_url, pool_size=1, max_overflow=0, pool_timeout=2)
    config = Config(tmp_path_factory.mktemp("narrow"), (), base_url="http://localhost", language="en")
    yield TestApp(
        make_app(config, composed, engine=engine, reload=False), extra_environ={"HTTP_HOST": "localhost"}
    )
    engine.dispose()


def sign_in(browser: TestApp, password: str) -> int:
    form = browser.get("/login").forms[0]
    form["login"], form["password"] = "colleague", password
    return int(form.submit(status="*").status_int)


def test_signing_in_and_out_and_changing_the_password_need_one_connection(narrow: TestApp) -> None:
    assert sign_in(narrow, "not the right one") == 422
    assert sign_in(narrow, PASSWORD) == 303
    assert narrow.get("/r/crm_base.customer").status_int == 200
    changing = next(form for form in narrow.get("/preferences").forms.values() if "current" in form.fields)
    changing["current"], changing["password"], changing["again"] = (
        PASSWORD,
        f"{PASSWORD} sharp",
        f"{PASSWORD} sharp",
    )
    assert changing.submit().status_int == 303
    narrow.reset()
    assert sign_in(narrow, f"{PASSWORD} sharp") == 303
