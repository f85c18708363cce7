"""Sending a document by mail: kept as it was, handed to a server by a job, tried again, told when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from webtest import TestApp

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.automation.worker import Worker
from core.config import Config, load_config
from core.errors import ConfigError, ValidationFailed
from core.mail.addresses import addresses_in
from core.mail.jobs import ATTEMPTS
from core.mail.server import MailRefused, MailServer, outside
from core.orm.audit_tables import audit
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.erasing import erase
from core.orm.trust import TRUSTED
from core.web.app import make_app
from tests.core.web.conftest import People
from tests.core.web.papers.conftest import DEAL
from tests.core.web.papers.sink import Sink, mail_sink
from tests.core.web.papers.test_papers import words

Work = Callable[[], None]


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with mail_sink() as found:
        yield found


@pytest.fixture(autouse=True)
def emptied(sink: Sink) -> None:
    sink.taken.clear()
    sink.recipients.clear()
    sink.refusals.clear()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, sink: Sink) -> Config:
    from tests.core.web.conftest import ADDONS

    return Config(tmp_path_factory.mktemp("state"), (ADDONS,), base_url="http://localhost", language="en",
                  smtp_host="127.0.0.1", smtp_port=sink.port, smtp_security="none", mail_from="crm@acme.example")  # fmt: skip


@pytest.fixture
def work(people: People, config: Config, composed: Any) -> Work:
    """Run every job that is due, those that wait for another try too."""

    def go() -> None:
        job = composed.info("base.job").table
        with session_factory(people.database.owner).begin() as session:
            due = (
                update(job)
                .where(job.c.state == "queued")
                .values(run_at=datetime.now(UTC) - timedelta(seconds=1))
            )
            session.execute(due, execution_options=TRUSTED)
        worker = Worker(people.database.app, outside(config))
        while worker.run_one():
            pass

    return go


def address(deal: int, language: str = "en") -> str:
    return f"/r/{DEAL}/{deal}/paper/paper/mail?language={language}"


def form_of(page: Any) -> Any:
    return next(form for form in page.forms.values() if "to" in form.fields)


def mails(people: People) -> list[Any]:
    return people.rows("base.mail", "id", "state", "attempts", "recipients", "error", "paper")


def test_a_document_is_sent(ann: TestApp, people: People, deal: int, sink: Sink, work: Work) -> None:
    with people.env("Ann Lee") as env:
        env.write(env.get("toy_deals.buyer", env.get(DEAL, deal).buyer_id), mail="wang@wall.example")
        env.sudo("test").write(env.user, email="ann@acme.example")
    preview = ann.get(f"/r/{DEAL}/{deal}/paper/paper?language=zh_CN")
    form = form_of(preview.click("Send by mail"))
    assert form["to"].value == "wang@wall.example" and form["subject"].value == "报价单 D-1 <b> · Acme"
    form["to"], form["text"] = "wang@wall.example; li@wall.example", "您好\n.\n..end"
    answer = form.submit(status=303)
    assert form.submit(status=303).location == answer.location, "a double click is one mail"
    assert "The mail is on its way." in answer.follow() and not sink.taken
    work()
    (message,) = sink.taken
    assert sink.recipients == [["wang@wall.example", "li@wall.example"]]
    assert (
        message["From"] == "Acme <crm@acme.example>" and message["Reply-To"] == "Ann Lee <ann@acme.example>"
    )
    assert message["Subject"] == "报价单 D-1 <b> · Acme"
    assert message.get_body().get_content().split() == ["您好", ".", "..end"]
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "报价单 D-1 _b_.pdf" and "长城机械" in words(attached.get_content())
    assert mails(people)[-1].state == "sent"
    page = ann.get(f"/r/{DEAL}/{deal}")
    assert "Sent by mail" in page and "Printed" not in page.html.find("aside").text
    prints = [row.number for row in people.rows("base.print", "record_id", "number") if row.record_id == deal]
    assert prints == [1], "counted like a print"
    work()
    assert len(sink.taken) == 1


def test_a_report_is_sent_to_whom_it_is_about(
    ann: TestApp, rae: TestApp, people: People, deal: int, sink: Sink, work: Work
) -> None:
    with people.env("Ann Lee") as env:
        buyer = env.get(DEAL, deal).buyer_id
        env.write(env.get("toy_deals.buyer", buyer), mail="wang@wall.example")
    paper = f"/report/toy_deals.account/paper?buyer={buyer}&day=2026-03-01&language=zh_CN"
    form = form_of(ann.get(paper).click("Send by mail"))
    assert form["to"].value == "wang@wall.example" and "长城机械" in form["subject"].value
    answer = form.submit(status=303)
    assert form.submit(status=303).location == answer.location, "a double click is one mail"
    assert answer.location.endswith(f"/report/toy_deals.account?buyer={buyer}&day=2026-03-01")
    assert "The mail is on its way." in answer.follow()
    work()
    (message,) = sink.taken
    (attached,) = message.iter_attachments()
    assert "US$1,130.00" in words(attached.get_content()).replace(" ", "")
    kept = people.rows("base.mail", "model", "record_id", "state")[-1]
    assert (kept.model, kept.record_id, kept.state) == ("toy_deals.buyer", buyer, "sent")
    given = people.rows("base.print", "asked", "rows")[-1]
    assert (given.asked["report"], given.asked["paper"], given.rows) == ("toy_deals.account", "report", 1)
    assert "wang@wall.example" in ann.get(f"/report/toy_deals.account/paper/mail?buyer={buyer}")
    noted = [(one.operation, one.record_id) for one in told(people, DEAL)]
    assert noted[-1] == ("mail", 0), "the history of what was reported on tells it"
    rae.get(f"/report/toy_deals.account/paper/mail?buyer={buyer}", status=403)


def told(people: People, model: str) -> list[Any]:
    with session_factory(people.database.owner)() as session:
        chosen = (
            select(audit.c.operation, audit.c.record_id).where(audit.c.model == model).order_by(audit.c.id)
        )
        return list(session.execute(chosen, execution_options=TRUSTED))


def test_what_cannot_be_sent_is_told_at_its_place(ann: TestApp, people: People, deal: int) -> None:
    before = len(mails(people))
    for name, value, said in (
        ("to", "", "Please give the address"), ("to", "nobody", "“nobody” is no mail address"),
        ("to", "a@b.example\r\nBcc: x@y.example", "“Bcc:” is no mail address"), ("subject", " ", "A mail needs a subject"),
        ("subject", "x" * 201, "At most 200"), ("text", "x" * 20_001, "At most 20000"),
    ):  # fmt: skip
        form = form_of(ann.get(address(deal)))
        form["to"] = "a@b.example"
        form[name].force_value(value)
        refused = form.submit(status=422)
        assert said in refused.html.find(id=f"mail-{name}-said").text, (name, value)
    assert len(mails(people)) == before
    with pytest.raises(ValidationFailed, match="at most 10"):
        addresses_in(",".join(f"a{n}@b.example" for n in range(11)))


def test_a_header_cannot_be_smuggled_in(ann: TestApp, deal: int, sink: Sink, work: Work) -> None:
    form = form_of(ann.get(address(deal)))
    form["to"] = "a@b.example"
    form["subject"].force_value("Hello\r\nBcc: victim@y.example")
    form.submit(status=303)
    work()
    (message,) = sink.taken
    assert message["Bcc"] is None and message["Subject"] == "Hello Bcc: victim@y.example"
    assert sink.recipients == [["a@b.example"]]


def send(browser: TestApp, deal: int) -> None:
    form = form_of(browser.get(address(deal)))
    form["to"] = "a@b.example"
    form.submit(status=303)


def test_what_may_succeed_later_is_tried_again(
    ann: TestApp, people: People, deal: int, sink: Sink, work: Work
) -> None:
    sink.refusals["DATA"] = "451 try later"
    send(ann, deal)
    work()
    row = mails(people)[-1]
    assert (row.state, row.attempts) == ("waiting", 1) and "451 try later" in row.error
    sink.refusals.clear()
    work()
    row = mails(people)[-1]
    assert (row.state, row.attempts, row.error, len(sink.taken)) == ("sent", 2, None, 1)


def test_what_fails_for_good_is_told_to_the_sender(
    ann: TestApp, people: People, deal: int, sink: Sink, work: Work
) -> None:
    sink.refusals["RCPT"] = "550 no such user"
    send(ann, deal)
    work()
    row = mails(people)[-1]
    assert (row.state, row.attempts) == ("failed", 1) and "550 no such user" in row.error
    assert "to a@b.example was not sent" in ann.get("/notices")
    sink.refusals.clear()
    sink.refusals["DATA"] = "451 try later"
    send(ann, deal)
    for _attempt in range(ATTEMPTS):
        work()
    row = mails(people)[-1]
    assert (row.state, row.attempts) == ("failed", ATTEMPTS) and not sink.taken


def test_without_settings_it_is_said_what_is_missing(
    config: Config, composed: Any, people: People, deal: int
) -> None:
    from core.testing.browser import browser_of

    bare = make_app(
        replace(config, smtp_host=None, mail_from=None), composed, engine=people.database.app, reload=False
    )
    browser = browser_of(bare, people.database, people.ids["Ann Lee"], people.ids["Acme"])
    preview = browser.get(f"/r/{DEAL}/{deal}/paper/paper")
    assert "the settings smtp_host and mail_from of this deployment are empty" in preview
    assert "Send by mail" not in preview and "empty" in browser.get(address(deal))
    with pytest.raises(ConfigError, match="mail_from"):
        load_config({"smtp_host": "mail.example"})


def test_who_may_not_print_sends_nothing(
    rae: TestApp, eve: TestApp, dan: TestApp, ann: TestApp, deal: int
) -> None:
    rae.get(address(deal), status=403)
    eve.get(address(deal), status=404)
    send(ann, deal)
    assert "Offer D-1" in ann.get(address(deal)) and "Mails about" not in dan.get(address(deal))


def test_a_server_that_is_away_is_no_reason_to_give_up(sink: Sink) -> None:
    with pytest.raises(MailRefused) as refused:
        MailServer("127.0.0.1", 1, "none", "a@b.example").deliver(_message())
    assert refused.value.again
    with pytest.raises(MailRefused) as refused:
        MailServer("127.0.0.1", sink.port, "starttls", "a@b.example").deliver(_message())
    assert refused.value.again and not sink.taken, (
        "nothing goes out unprotected where protection is asked for"
    )


def _message() -> Any:
    from email.message import EmailMessage

    made = EmailMessage()
    made["To"] = "x@y.example"
    return made


def test_erasing_a_person_takes_their_mails(
    ann: TestApp, people: People, deal: int, work: Work, config: Config, composed: Any
) -> None:
    """The mail that names them goes; of every other one the document, which may name anybody."""
    with people.env("Ann Lee") as env:
        buyer = env.get(DEAL, deal).buyer_id
        env.write(env.get("toy_deals.buyer", buyer), mail="wang@wall.example")
    form = form_of(ann.get(address(deal)))
    assert form["to"].value == "wang@wall.example"
    form.submit(status=303)
    send(ann, deal)
    theirs, other = (row.id for row in mails(people)[-2:])
    work()
    with session_factory(people.database.app, outside(config))() as session:
        identity = identity_of(session, people.ids["Dan"], people.ids["Acme"])
        assert identity is not None
        env = make_env(session, identity, "page")
        with use_env(env):
            erase(env, env.info("toy_deals.buyer"), [buyer], "asked for")
            env.commit()
    left = {row.id: row for row in mails(people)}
    assert theirs not in left and left[other].paper is None
