"""Every model of every addon by HTTP, for every person: the pages show and do what the kernel says, and nothing else.

The kernel's own answers are compared with each other in test_conformance.py and with an oracle in tests/core/rights.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Connection, select
from webtest import TestApp

from core.auth.access_index import access_index
from core.auth.grants import Rows
from core.config import Config
from core.errors import InUse, StateForbids
from core.files.access import takes_files
from core.files.attaching import attach
from core.files.keeping import keep
from core.files.shelf import shelves
from core.orm.compose import Composition, ModelInfo
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.system_env import system_env
from core.testing.browser import application_of, browser_of
from core.testing.claims import claims_of
from core.testing.conformance import Population
from core.testing.conformance_api import Calls, open_calls, strange_calls, wrong_calls
from core.testing.conformance_deeds import open_doors, wrong_deeds
from core.testing.conformance_pages import Visit, strange_answers
from core.testing.database import ScratchDatabase
from core.testing.factories import Factory
from core.testing.keys import env_of_key, let_everybody_have_keys, secret_of
from core.testing.people import NORTH, SOUTH, STAFF
from core.testing.printed import wrong_prints
from core.testing.product import Product
from core.testing.reports import any_answers
from core.testing.standing import standing
from core.testing.world import World
from core.views.registry import registry_of
from core.views.report_address import pairs_of, url_of
from core.views.report_scope import may_open
from core.web.csrf import FIELD
from tests.core.populations import NONE, OWNERS, RECIPES, model_keys, words_of

HOLDERS = ("owner", "colleague", "superior", "director", "other")


def narrowest_roles() -> list[str]:
    """Of each addon the role that reaches least: the one with most grants of own rows and fewest further ones."""
    index = access_index(Product().compose())
    reaches: dict[str, dict[str, list[Rows]]] = {}
    for found in index._grants.values():
        for _addon, grant in found:
            home = index.roles[grant.role.code][0]
            reaches.setdefault(home, {}).setdefault(grant.role.code, []).append(grant.rows)
    return [
        min(roles, key=lambda code: (-roles[code].count(Rows.OWN), len(roles[code]), code))
        for home, roles in reaches.items() if home != "base"
    ]  # fmt: skip


@pytest.fixture(scope="session")
def roles_of_people() -> Mapping[str, Sequence[str]]:
    roles = narrowest_roles()
    return dict.fromkeys(HOLDERS, roles)


@dataclass
class Site:
    """The application on one database; what is made in it stays for the next model."""

    config: Config
    composed: Composition
    database: ScratchDatabase
    watching: Connection
    """Of the owner, kept open: each new one of the thousands has to learn the catalogue again."""
    application: Any
    users: Mapping[str, int]
    companies: Mapping[str, int]
    _browsers: dict[str, tuple[TestApp, str]] = field(default_factory=dict)
    _secrets: dict[str, str] = field(default_factory=dict)

    def browser(self, person: str) -> tuple[TestApp, str]:
        """Somebody's browser, and the token of its forms."""
        if person not in self._browsers:
            found = browser_of(
                self.application, self.database, self.users[person], self.companies[STAFF[person]]
            )
            self._browsers[person] = (
                found,
                found.get("/preferences").html.find("input", {"name": FIELD})["value"],
            )
        return self._browsers[person]

    def make_keys(self) -> None:
        """Everybody's, once; before anything is counted, for keys are records themselves."""
        for person in self.users.keys() - self._secrets.keys():
            self._secrets[person] = secret_of(
                self.database, self.users[person], self.companies[STAFF[person]]
            )

    def calls(self, person: str, visit: Visit) -> Calls:
        """Somebody's program, with a key that may do whatever they may."""
        user, company = self.users[person], self.companies[STAFF[person]]
        with env_of_key(self.database, user, company) as env:
            claims = claims_of(env, visit.population)
        program = TestApp(self.application, extra_environ={"HTTP_HOST": "localhost"})
        return Calls(program, self._secrets[person], replace(visit, claims=claims))

    @contextmanager
    def system(self, company: str) -> Iterator[Env]:
        with session_factory(self.database.app, shelves(self.config)).begin() as session:
            addons = frozenset(self.composed.addons)
            with system_env(session, self.companies[company], addons, "conformance") as env:
                yield env

    def versions(self, info: ModelInfo, ids: Sequence[int]) -> dict[int, int]:
        """Of live records, past all walls."""
        columns = info.table.c
        wanted = select(columns.id, columns.version).where(columns.id.in_(ids), columns.deleted_at.is_(None))
        return {row.id: row.version for row in self.watching.execute(wanted)}


@pytest.fixture(scope="module")
def site(
    database: ScratchDatabase,
    product: Product,
    composed: Composition,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    config = replace(product.config, state_dir=tmp_path_factory.mktemp("state"), language="en")
    with database.app.connect() as connection:
        staff = World(connection, composed).staff
    let_everybody_have_keys(database, composed, staff)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        application = application_of(config, composed, database)
        yield Site(config, composed, database, watching, application, staff.users, staff.companies)


@dataclass
class Made:
    """The records of one model, their files, and their texts by company."""

    populations: dict[str, Population]
    files: dict[int, int]


@pytest.fixture(params=model_keys())
def rows(request: pytest.FixtureRequest, site: Site) -> Made:
    info = site.composed.models[request.param]
    live: dict[str, frozenset[int]] = {}
    binned: dict[str, frozenset[int]] = {}
    words: dict[str, dict[str, dict[int, str]]] = {}
    files: dict[int, int] = {}
    for company, owners in OWNERS.items():
        with site.system(company) as env:
            factory = Factory(env, RECIPES)
            made = [factory.make(info.key, owner=site.users.get(one)) for one in (*owners, owners[0])]
            words[company] = words_of(info, made)
            if takes_files(info):
                stored = keep(env, "offer.txt", BytesIO(f"of {company}".encode()))
                files |= {one.id: attach(env, info, one.id, [stored])[0] for one in made}
            with suppress(InUse, StateForbids):
                env.delete(made[-1])
                binned[company] = frozenset({made.pop().id})
            live[company] = frozenset(one.id for one in made)
    known = {name: {**words[NORTH][name], **words[SOUTH].get(name, {})} for name in words[NORTH]}
    distinct = {name: texts for name, texts in known.items() if info.fields[name].kind != "number"}
    return Made({
        here: Population(info, live[here], binned.get(here, NONE), live[there] | binned.get(there, NONE), distinct)
        for here, there in ((NORTH, SOUTH), (SOUTH, NORTH))
    }, files)  # fmt: skip


def test_pages_show_and_do_what_the_kernel_says(site: Site, rows: Made) -> None:
    found: list[str] = []
    known = set[Hashable]()
    site.make_keys()
    for person, home in STAFF.items():
        visit, case = visit_of(site, rows, person, home)
        if case in known:
            continue
        known.add(case)
        calls = site.calls(person, visit)
        found += [f"{person}: {problem}" for problem in strange_answers(visit)]
        found += [f"{person}: {problem}" for problem in strange_calls(calls)]
        found += [f"{person}: {problem}" for problem in wrong_prints(visit)]
        found += [f"{person}: {problem}" for problem in wrong_deeds(visit)]
        found += [f"{person}: {problem}" for problem in dict.fromkeys(visit.leaks)]
        found += [f"{person}: {problem}" for problem in wrong_calls(calls)]
    stranger = TestApp(site.application, extra_environ={"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})
    found += [*open_doors(stranger, visit), *open_calls(stranger, visit)]
    assert found == []


def visit_of(site: Site, rows: Made, person: str, home: str) -> tuple[Visit, Hashable]:
    """What somebody is about to look at, and how this person stands to it: one of those who stand alike goes."""
    population = rows.populations[home]
    with (
        site.database.app.connect() as connection,
        use_env(World(connection, site.composed).env(person)) as env,
    ):
        claims, case = claims_of(env, population), standing(env, population)
    browser, token = site.browser(person)
    hidden = population.all - claims.seen - claims.binned
    texts = {text: key for found in population.words.values() for key, text in found.items()}
    secret = frozenset(text for text, key in texts.items() if key in hidden)
    visit = Visit(browser, token, claims, population, rows.files, secret,
                  lambda ids: site.versions(population.info, list(ids)))  # fmt: skip
    return visit, case


def test_every_report_opens_for_those_who_may(site: Site) -> None:
    """Page, file and paper of each report for each person, among records that they see and do not see."""
    reports = [report for _addon, report in registry_of(site.composed).reports.values()]
    found: list[str] = []
    secret = {company: fill_for_reports(site, company, reports) for company in (NORTH, SOUTH)}
    for person, home in STAFF.items():
        there = secret[SOUTH if home == NORTH else NORTH]
        browser, token = site.browser(person)
        with (
            site.database.app.connect() as connection,
            use_env(World(connection, site.composed).env(person)) as env,
        ):
            asked = [(report, *expected_of_report(env, report)) for report in reports]
        for report, query, may in asked:
            for what, is_open in may.items():
                answer = browser.get(url_of(report, query, what), status="*")
                if answer.status_int != (200 if is_open else 403):
                    found.append(f"{person}: {report.url}{what} is answered {answer.status}")
                found += [
                    f"{person}: {report.url}{what} tells {text!r}" for text in there if text in answer.text
                ]
                if what:
                    posted = browser.post(
                        f"{report.url}{what}", {FIELD: token, "format": "csv", **dict(query)}, status="*"
                    )
                    if posted.status_int != (303 if is_open else 403):
                        found.append(f"{person}: posting to {report.url}{what} is answered {posted.status}")
    assert found == []


def fill_for_reports(site: Site, company: str, reports: Sequence[Any]) -> set[str]:
    """Records of what the reports are of; gives the texts of this company that nobody of the other may read."""
    texts: set[str] = set()
    with site.system(company) as env:
        factory = Factory(env, RECIPES)
        for info in {env.info(report.right[1]).key: env.info(report.right[1]) for report in reports}.values():
            made = [factory.make(info.key, owner=site.users.get(one)) for one in OWNERS[company]]
            words = words_of(info, made).items()
            told = [known for name, known in words if info.fields[name].kind != "number"]  # alike everywhere
            texts |= {text for known in told for text in known.values() if len(text) > 3}
    return texts


def expected_of_report(env: Env, report: Any) -> tuple[list[tuple[str, str]], dict[str, bool]]:
    """What to ask, and for which of page, file and paper this caller is let in."""
    is_open = may_open(env, report)
    may = {
        "": is_open,
        **{f"/{one}": is_open and env.can(one, report.right[1]) for one in ("export", "print")},
    }
    answers = any_answers(env, report) if is_open else {}
    return (pairs_of(env, report, answers) if is_open else []), may
