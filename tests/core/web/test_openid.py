"""Signing in by a provider: a toy of one on this machine, honest at first, then lying in every way that counts."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from webtest import TestApp

from core.auth import openid, outside
from core.config import Config
from core.orm.compose import Composition
from core.web.app import make_app
from tests.core.web.conftest import People, make_browser, signed_in

CLIENT, SECRET = "keyuan-test", "a secret/with:odd signs"
NOT_LINKED = "There is no account for you here yet."
FAILED = "The sign-in service cannot be reached or gave no valid answer."


@dataclass
class Toy:
    """What the provider says and does; a test bends it."""

    issuer: str = ""
    key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    )
    signs_with: Any = None
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    calls_itself: str | None = None
    delay: float = 0.0
    asked: dict[str, str] = field(default_factory=dict)
    codes: int = 0

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        time.sleep(self.delay)
        if path == "/.well-known/openid-configuration":
            places = {
                name: f"{self.issuer}/{name}"
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
            }
            return 200, {"issuer": self.calls_itself or self.issuer, **places}
        if path == "/jwks_uri":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        return self._token(form, authorization)

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        self.codes += 1
        name, _mark, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(
            b"="
        )
        is_right = (
            (name, secret) == (CLIENT, "a%20secret%2Fwith%3Aodd%20signs") and form["code"] == "code-of-the-toy"
            and challenge.decode() == self.asked["code_challenge"] and form["redirect_uri"] == self.asked["redirect_uri"]
        )  # fmt: skip
        if not is_right:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "person-7", "iat": now, "exp": now + 300,
            "nonce": self.asked["nonce"], "email": "Bob@Example.com", "email_verified": True,
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(header, claims, self.signs_with or self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Toy]:
    made = Toy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, found = made.answer(self.path, form, self.headers.get("Authorization", ""))
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(outside, "SECONDS", 1.0)
    openid._kept.clear()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def application_with(config: Config, composed: Composition, people: People, toy: Toy) -> Any:
    bent = replace(
        config,
        openid_issuer=toy.issuer,
        openid_client_id=CLIENT,
        openid_client_secret=SECRET,
        openid_label="Toy",
    )
    return make_app(bent, composed, engine=people.database.app, reload=False)


@pytest.fixture(autouse=True)
def _addresses(people: People) -> Iterator[None]:
    user = people.composed.info("base.user").table

    def reset(**emails: str) -> None:
        with people.database.owner.begin() as connection:
            connection.execute(user.update().values(openid_subject=None, email=None, blocked=False))
            for login, email in emails.items():
                connection.execute(user.update().where(user.c.login == login).values(email=email))

    reset(bob="bob@example.com", ann="ann@example.com")
    yield
    reset()


def change(people: People, login: str, **values: Any) -> None:
    user = people.composed.info("base.user").table
    with people.database.owner.begin() as connection:
        connection.execute(user.update().where(user.c.login == login).values(values))


def to_provider(browser: TestApp, toy: Toy, path: str = "/login") -> dict[str, str]:
    """Press the button; gives what the provider is asked."""
    page = browser.get(path)
    form = next(form for form in page.forms.values() if form.action.endswith("/login/openid"))
    shown = form.submit(status=200)
    address = urlsplit(shown.html.find(id="away")["href"])
    assert shown.headers["Refresh"] == f"0; url={address.geturl()}"
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{toy.issuer}/authorization_endpoint"
    toy.asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    return toy.asked


def back(browser: TestApp, toy: Toy, status: int = 303, **answer: str) -> Any:
    query = {"code": "code-of-the-toy", "state": toy.asked["state"], **answer}
    return browser.get("/login/openid/back", query, status=status)


def test_a_verified_address_leads_in_and_is_linked(application_with: Any, people: People, toy: Toy) -> None:
    browser = make_browser(application_with)
    asked = to_provider(browser, toy, "/login?next=/notices")
    assert asked["redirect_uri"] == "http://localhost/login/openid/back"
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert back(browser, toy).headers["Location"].endswith("/notices")
    assert "Bob" in browser.get("/").text
    assert (f"{toy.issuer} person-7",) in people.rows("base.user", "openid_subject")
    told = people.rows_of_audit("base.user", people.ids["Bob"])
    assert told[-1] == ("Linked with the sign-in service.", {"openid_subject": f"{toy.issuer} person-7"})
    toy.claims = {"email": "somebody.else@example.com", "email_verified": False}
    again = make_browser(application_with)
    to_provider(again, toy)
    back(again, toy)
    assert "Bob" in again.get("/").text


def test_an_administrator_unlinks_an_account(application_with: Any, people: People, toy: Toy) -> None:
    change(people, "bob", openid_subject=f"{toy.issuer} somebody")
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert NOT_LINKED in back(browser, toy, 422).text
    admin = signed_in(application_with, "kim")
    dialog = admin.get(f"/r/base.user/{people.ids['Bob']}/do/unlink_openid")
    next(form for form in dialog.forms.values() if form.action.endswith("unlink_openid")).submit(status=303)
    to_provider(browser, toy)
    back(browser, toy, 303)


def test_the_answer_works_once_and_in_the_browser_that_asked(
    application_with: Any, people: People, toy: Toy
) -> None:
    browser = make_browser(application_with)
    to_provider(browser, toy)
    stranger = make_browser(application_with)
    assert "Please begin again." in back(stranger, toy, 422).text
    step = browser.cookies["keyuan-step"]
    back(browser, toy)
    again = make_browser(application_with)
    again.set_cookie("keyuan-step", step)
    assert "Please begin again." in back(again, toy, 422).text
    assert toy.codes == 1


@pytest.mark.parametrize(
    "answer", [{"state": "other"}, {"code": ""}, {"error": "access_denied"}, {"iss": "https://evil"}]
)
def test_an_answer_that_was_not_asked_for_is_not_followed(
    application_with: Any, people: People, toy: Toy, answer: dict[str, str]
) -> None:
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert FAILED in back(browser, toy, 422, **answer).text
    assert toy.codes == 0


@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"},
     {"nonce": "other"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": None}, {"sub": None}],
)  # fmt: skip
def test_a_token_for_others_or_of_old_is_refused(
    application_with: Any, people: People, toy: Toy, claims: dict[str, Any]
) -> None:
    toy.claims = claims
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert FAILED in back(browser, toy, 422).text
    assert browser.get("/").status_int == 303


@pytest.mark.parametrize("how", ["another key", "the secret", "none"])
def test_a_token_signed_by_another_is_refused(
    application_with: Any, people: People, toy: Toy, how: str
) -> None:
    if how == "another key":
        toy.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    elif how == "the secret":
        toy.signs_with, toy.algorithm = OctKey.import_key(SECRET.ljust(40)), "HS256"
    else:
        toy.algorithm = "none"
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert FAILED in back(browser, toy, 422).text


def test_a_new_key_of_the_provider_is_looked_for(application_with: Any, people: People, toy: Toy) -> None:
    browser = make_browser(application_with)
    to_provider(browser, toy)
    back(browser, toy)
    since, known = openid._kept[f"{toy.issuer}/jwks_uri"]
    openid._kept[f"{toy.issuer}/jwks_uri"] = (since - 120, {"keys": [{**known["keys"][0], "kid": "old"}]})
    again = make_browser(application_with)
    to_provider(again, toy)
    back(again, toy)


@pytest.mark.parametrize(
    "claims",
    [{"email": "nobody@example.com"}, {"email_verified": False}, {"email_verified": "true"}, {"email": None}],
)
def test_who_has_no_account_gets_none(
    application_with: Any, people: People, toy: Toy, claims: dict[str, Any]
) -> None:
    toy.claims = claims
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert NOT_LINKED in back(browser, toy, 422).text


def test_two_accounts_of_one_address_and_blocked_ones_are_nobody_s(
    application_with: Any, people: People, toy: Toy
) -> None:
    change(people, "ann", email="bob@example.com")
    browser = make_browser(application_with)
    to_provider(browser, toy)
    assert NOT_LINKED in back(browser, toy, 422).text
    change(people, "ann", email=None)
    change(people, "bob", blocked=True)
    to_provider(browser, toy)
    assert NOT_LINKED in back(browser, toy, 422).text


def test_a_blocked_account_that_is_linked_stays_out(application_with: Any, people: People, toy: Toy) -> None:
    change(people, "bob", blocked=True, openid_subject=f"{toy.issuer} person-7")
    browser = make_browser(application_with)
    to_provider(browser, toy)
    back(browser, toy, 422)
    assert browser.get("/").status_int == 303


def test_a_slow_or_lying_provider_is_told_in_words(application_with: Any, people: People, toy: Toy) -> None:
    toy.delay = 3
    browser = make_browser(application_with)
    form = next(
        form for form in browser.get("/login").forms.values() if form.action.endswith("/login/openid")
    )
    began = time.monotonic()
    assert FAILED in form.submit(status=422).text
    assert time.monotonic() - began < 2.5
    toy.delay, toy.calls_itself = 0, "https://evil.example"
    assert FAILED in form.submit(status=422).text


def test_without_the_setting_there_is_no_such_way(browser: TestApp) -> None:
    page = browser.get("/login")
    assert "/login/openid" not in page.text
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    browser.post("/login/openid", {"csrf_token": token}, status=404)
    browser.get("/login/openid/back?code=x&state=y", status=404)
