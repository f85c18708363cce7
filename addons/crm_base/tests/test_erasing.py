"""Erasing a contact: nothing of the person is left anywhere in the database, figures stay, and the chain verifies."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.crm_base.models import Activity, Contact, Customer, Task
from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.automation.queue import enqueue
from core.errors import AccessDenied, NotFound, UserError, ValidationFailed
from core.exchange.asked import Asked
from core.exchange.export_files import file_of
from core.exchange.jobs import import_files
from core.exchange.printing import print_list, print_record
from core.files.attaching import attach, replace
from core.files.keeping import keep, register
from core.files.reading import attachment
from core.i18n import _
from core.orm.compose import Composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.erasing import erase, reach_of
from core.orm.erasing_audit import erase_waiting
from core.orm.erasing_texts import mask_places, places_of
from core.orm.sealing import seal_audit
from core.orm.verifying import Verifier
from core.testing.database import ScratchDatabase
from core.testing.people import find_staff

NAME, PHONE, MAIL = "Ottoline Quux", "13912345678", "ottoline.quux@example.org"
WORDS = (NAME, PHONE, MAIL, "Ottoline", "likes orchids")
OTHERWISE = (NAME.upper(), NAME.lower(), "139-1234－5678", "ＯＴＴＯＬＩＮＥ")
"""The same as others write it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@contextmanager
def acting(
    database: ScratchDatabase, composed: Composition, folder: Path, person: str = "director"
) -> Iterator[Env]:
    with database.app.connect() as connection:
        staff = find_staff(connection, composed)
    with session_factory(database.app, {"keyuan.files": folder})() as session:
        identity = identity_of(session, staff.users[person], staff.companies["North"])
        assert identity is not None
        env = make_env(session, identity, "page", language="en")
        with use_env(env):
            yield env
            env.commit()


def everything(database: ScratchDatabase, composed: Composition) -> dict[str, str]:
    """The content of every table of the product, past all walls."""
    found = {}
    names = [table.fullname for table in composed.metadata.sorted_tables] + ["core.audit", "core.idempotency"]
    with Session(database.owner) as session:
        connection = session.connection()
        for name in names:
            quoted = ".".join(f'"{part}"' for part in name.split("."))
            rows = connection.execute(text(f"select coalesce(string_agg(t::text, ' '), '') from {quoted} t"))
            found[name] = rows.scalar_one()
    return found


@pytest.fixture
def person(own_database: ScratchDatabase, composed: Composition, folder: Path) -> dict[str, int]:
    """A contact with a past: renamed, with an activity that cost money, a file in two versions, a notice, a job."""
    with acting(own_database, composed, folder) as env:
        role = env.first("base.role", env.condition("base.role", "code", "eq", "crm_base.general_manager"))
        env.sudo("test").create("base.user_role", user=env.user_id, company=env.company_id, role=role.id)
    with acting(own_database, composed, folder) as env:
        customer: Any = env.create(Customer, name="Orchid Traders", phone="02112345678")
        contact: Any = env.create(
            Contact, customer=customer, name="Otto", mobile=PHONE, preferences="likes orchids"
        )
        env.write(contact, name=NAME, email=MAIL)
        kind = env.first(
            "base.option", env.condition("base.option", "list_code", "eq", "crm_base.activity_kind")
        )
        activity: Any = env.create(
            Activity,
            subject=f"Call with {NAME}",
            kind=kind,
            customer=customer,
            contact=contact,
            cost=120,
            minutes=15,
        )
        first = keep(env, f"{NAME}.txt", io.BytesIO(b"the passport of Ottoline"))
        (paper,) = attach(env, env.info(Contact), contact.id, [first])
        replace(env, attachment(env, paper), keep(env, "new.txt", io.BytesIO(b"her other passport")))
        env.notify([env.user_id], _("{model} was created.", model=NAME), contact)
        env.notify([env.user_id], _("{model} was created.", model=f"{NAME.upper()} (+86 139-1234－5678)"))
        print_record(env, env.info(Contact), contact.id, NAME)
        print_list(env, Asked("crm_base.contact", (("q", NAME.lower()),)), 1)
        register(env, [keep(env, "ＯＴＴＯＬＩＮＥ　ＱＵＵＸ.txt", io.BytesIO(b"of nobody any more"))])
        enqueue(env, import_files, folder=str(folder / "upload"), name=f"{NAME}.toml")
        ids = {"contact": contact.id, "activity": activity.id, "customer": customer.id, "paper": paper}
        exported = file_of(env, env.user_id, 1)
    exported.write_text(NAME)
    (folder / "upload").mkdir(parents=True, exist_ok=True)
    (folder / "upload" / "people.csv").write_text(NAME)
    return ids


def seal_everything(database: ScratchDatabase) -> None:
    """Sealing waits for transactions in other databases of the server, where other tests may be at work."""
    until = monotonic() + 120
    while True:
        seal_audit(database.owner)
        with database.owner.connect() as connection:
            verifier = Verifier(connection)
            assert list(verifier.findings()) == []
        if not verifier.seen.unsealed:
            return
        assert monotonic() < until, "a transaction has been running for two minutes"
        sleep(0.2)


def test_nothing_of_the_person_is_left(
    own_database: ScratchDatabase, composed: Composition, folder: Path, person: dict[str, int]
) -> None:
    seal_everything(own_database)
    before = everything(own_database, composed)
    assert [word for word in (*WORDS, *OTHERWISE) if word not in "".join(before.values())] == []
    with acting(own_database, composed, folder) as env:
        done = erase(env, env.info(Contact), [person["contact"]], "request 17 of March")
        assert {group.info.key for group in done.groups} >= {"crm_base.contact", "crm_base.activity"}
    assert erase_waiting(own_database.owner) > 0
    after = everything(own_database, composed)
    assert {
        name: word for name, content in after.items() for word in (*WORDS, *OTHERWISE) if word in content
    } == {}
    left = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    assert [path.read_bytes() for path in left] == [b"of nobody any more"], (
        "by its name it was nobody's content"
    )
    with acting(own_database, composed, folder) as env:
        contact: Any = env.get(Contact, person["contact"])
        activity: Any = env.get(Activity, person["activity"])
        assert (contact.name, contact.mobile, contact.email) == (f"#{contact.id}", None, None)
        assert (activity.cost, activity.minutes, activity.customer.name) == (120, 15, "Orchid Traders")
        assert not env.page(Contact, ["name"], search="Ottoline").rows
    seal_everything(own_database)
    with own_database.owner.connect() as connection:
        verifier = Verifier(connection)
        assert list(verifier.findings()) == []
        assert verifier.seen.erased > 0
        told = connection.execute(
            text("select changes, operation from core.audit where operation = 'erase'")
        ).all()
        assert told and all(row.changes == {} for row in told)
        reasons = connection.execute(text("select distinct reason from core.erasure")).scalars().all()
        assert "request 17 of March" in reasons


def test_it_reaches_the_bin(
    own_database: ScratchDatabase, composed: Composition, folder: Path, person: dict[str, int]
) -> None:
    with acting(own_database, composed, folder) as env:
        env.delete(env.get(Contact, person["contact"]))
    with acting(own_database, composed, folder) as env:
        erase(env, env.info(Contact), [person["contact"]], "request 18")
    erase_waiting(own_database.owner)
    assert not any(NAME in content for content in everything(own_database, composed).values())


def test_it_needs_its_own_right_and_a_reason(
    own_database: ScratchDatabase, composed: Composition, folder: Path, person: dict[str, int]
) -> None:
    with acting(own_database, composed, folder, "owner") as env, pytest.raises((AccessDenied, NotFound)):
        erase(env, env.info(Contact), [person["contact"]], "because")
    with acting(own_database, composed, folder) as env:
        info = env.info(Contact)
        with pytest.raises(ValidationFailed):
            erase(env, info, [person["contact"]], "  ")
        with pytest.raises(ValidationFailed, match="must not name"):
            erase(env, info, [person["contact"]], f"{NAME} asked for it")
        with pytest.raises(UserError):
            reach_of(env, info, [999_999])
        assert env.get(Contact, person["contact"]).name == NAME


def test_texts_of_other_records_that_name_the_person_are_offered_and_masked(
    own_database: ScratchDatabase, composed: Composition, folder: Path, person: dict[str, int]
) -> None:
    with acting(own_database, composed, folder) as env:
        task: Any = env.create(
            Task, subject="Call back", description=f"Ask {NAME.upper()} (+86 139 1234-5678), cost 120"
        )
        once: Any = env.create(Task, subject="Send flowers", description=f"to {MAIL}")
        env.write(once, description="to nobody")
        other: Any = env.create(
            Customer, name=NAME, phone="02187654321", business="Ottolines Quuxes 8139123456789"
        )
        env.delete(env.create(Task, subject=f"In the bin: {NAME}"))
        (paper,) = attach(
            env, env.info(Task), task.id, [keep(env, f"{NAME.upper()} of.txt", io.BytesIO(b"x"))]
        )
        ids = task.id, once.id, other.id
    with acting(own_database, composed, folder) as env:
        info = env.info(Contact)
        places = {place.key: place for place in places_of(env, info, [person["contact"]]).found}
        texts = {(key[0].partition(".")[2], key[2]): place.around for key, place in places.items()}
        assert places["crm_base.task", task.id, "description"].around == (
            "Ask ", NAME.upper(), " (+86 139 1234-5678), cost 120",
        )  # fmt: skip
        assert places["crm_base.task", once.id, "description"].around is None, "its past alone"
        assert texts["task", "subject"] == ("In the bin: ", NAME, "")
        assert (
            places["crm_base.customer", other.id, "name"].is_whole and ("customer", "business") not in texts
        )
        wanted = {key for key in places if key[0] == "crm_base.task"}
        assert {key[1] for key in wanted} >= {task.id, once.id}
        named = {("base.attachment", paper, "name"), ("base.attachment", paper, "content")}
        assert named <= places.keys(), "what hangs on others may be called after the person"
        assert (
            mask_places(
                env, info, [person["contact"]], wanted | named | {("base.user", 1, "name")}, "request 19"
            )
            == 5
        )
        erase(env, info, [person["contact"]], "request 19")
    erase_waiting(own_database.owner)
    with acting(own_database, composed, folder) as env:
        assert env.get(Task, ids[0]).description == "Ask ** (**), cost 120"
        assert attachment(env, paper).name == attachment(env, paper).content.name == "** of.txt"
        assert env.get(Customer, ids[2]).name == NAME, "somebody else of that name, whom nobody chose"
    after = everything(own_database, composed)
    assert {
        name
        for name, text in after.items()
        for word in (MAIL, "139 1234", "Ask OTTO", f"{NAME.upper()} of")
        if word in text
    } == set()
    assert {name for name, text in after.items() if NAME in text} == {"crm_base.customer", "core.audit"}


def test_only_texts_that_one_may_change_are_offered(
    own_database: ScratchDatabase, composed: Composition, folder: Path, person: dict[str, int]
) -> None:
    with acting(own_database, composed, folder) as env:
        task: Any = env.create(Task, subject=f"Call {NAME}")
        wanted = {("crm_base.task", task.id, "subject")}
        assert {one.key for one in places_of(env, env.info(Contact), [person["contact"]]).found} == wanted
    with acting(own_database, composed, folder, "owner") as env:
        with pytest.raises((AccessDenied, NotFound)):
            places_of(env, env.info(Contact), [person["contact"]])
        with pytest.raises((AccessDenied, NotFound)):
            mask_places(env, env.info(Contact), [person["contact"]], wanted, "because")
