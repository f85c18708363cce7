"""What must hold after the import of a sales pipeline, counted from the files by other means than the import's own."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.cli import main
from core.i18n import use_language
from core.orm.compose import composition
from core.orm.context import use_env
from core.orm.engine import session_factory
from core.orm.env import Env
from core.orm.trust import TRUSTED
from core.testing.database import ScratchDatabase

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "docs" / "how-to" / "examples" / "sales_pipeline.toml"
SAMPLE = ROOT / "tests" / "data" / "import_sample"
COMPANY = "North"
STATES = {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def login_of(name: str) -> str:
    return name.lower().replace(" ", ".")


@dataclass(frozen=True)
class Files:
    """The published files, or ours of the same shape, and what they say."""

    folder: Path

    @cached_property
    def pipeline(self) -> list[dict[str, str]]:
        return rows_of(self.folder / "sales_pipeline.csv")

    @cached_property
    def accounts(self) -> list[dict[str, str]]:
        return rows_of(self.folder / "accounts.csv")

    @cached_property
    def teams(self) -> dict[str, set[str]]:
        """Manager -> agents."""
        found: dict[str, set[str]] = {}
        for row in rows_of(self.folder / "sales_teams.csv"):
            found.setdefault(row["manager"], set()).add(row["sales_agent"])
        return found

    @property
    def agents(self) -> list[str]:
        return sorted(agent for team in self.teams.values() for agent in team)

    def of(self, *agents: str) -> list[dict[str, str]]:
        return [row for row in self.pipeline if row["sales_agent"] in agents]


def ids(rows: list[dict[str, str]]) -> set[str]:
    return {row["opportunity_id"] for row in rows}


def won(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["close_value"]) for row in rows if row["deal_stage"] == "Won"), Decimal(0))


class Office:
    """The company after the import, seen by its people."""

    def __init__(self, database: ScratchDatabase) -> None:
        self.database = database

    def keyuan(self, *arguments: str | Path) -> int:
        """Run the command against this database; its exit code."""
        before = dict(os.environ)
        os.environ |= {
            "KEYUAN_DATABASE_URL": self.database.urls.app_url,
            "KEYUAN_OWNER_URL": self.database.urls.owner_url,
        }
        try:
            return main(["import", *map(str, arguments), "--company", COMPANY])
        finally:
            os.environ.clear()
            os.environ.update(before)

    @contextmanager
    def env(self, login: str) -> Iterator[Env]:
        with session_factory(self.database.app)() as session, use_language("en"):
            user, company = composition().info("base.user").table, composition().info("base.company").table
            user_id = session.scalar(
                select(user.c.id).where(user.c.login == login), execution_options=TRUSTED
            )
            home = session.scalar(
                select(company.c.id).where(company.c.code == COMPANY), execution_options=TRUSTED
            )
            assert user_id is not None, f"there is no user {login}"
            identity = identity_of(session, user_id, home)
            assert identity is not None, f"{login} may not work"
            env = make_env(session, identity, "page", language="en")
            with use_env(env):
                yield env

    def seen_by(self, login: str) -> set[str]:
        """Which opportunities somebody sees, by their number in the files."""
        with self.env(login) as env:
            titles: list[str] = env.scalars(select(env.info("crm_leads.opportunity").cls.title))
            assert env.count("crm_leads.opportunity", cap=None).value == len(titles)
        found = {title.rpartition("(")[2].rstrip(")") for title in titles}
        assert len(found) == len(titles)
        return found

    def won_of(self, login: str) -> Decimal:
        with self.env(login) as env:
            groups = env.group("crm_leads.opportunity", ["state"], [("sum", "won_amount")])
            return sum((Decimal(str(group.values[0] or 0)) for group in groups), Decimal(0))


def check_visibility(office: Office, files: Files) -> None:
    """The director sees everything, each manager exactly the own team's, each agent the own ones; sums agree."""
    assert office.seen_by("sales.director") == ids(files.pipeline)
    assert office.won_of("sales.director") == won(files.pipeline)
    for manager, agents in files.teams.items():
        mine = files.of(*agents)
        assert office.seen_by(login_of(manager)) == ids(mine), manager
        assert office.won_of(login_of(manager)) == won(mine), manager
    for agent in files.agents:
        assert office.seen_by(login_of(agent)) == ids(files.of(agent)), agent


def check_opportunities(office: Office, files: Files) -> None:
    """States, stages, dates and amounts of every single one are those of the files."""
    with office.env("sales.director") as env:
        cls = env.info("crm_leads.opportunity").cls
        records: dict[str, Any] = {
            one.title.rpartition("(")[2].rstrip(")"): one for one in env.scalars(select(cls))
        }
        owners = env.labels("base.user", {one.owner_id for one in records.values()})
        customers = env.labels("crm_base.customer", {one.customer_id for one in records.values()} - {None})
        stages = {one.id: one.name["en"] for one in env.search("crm_leads.stage")}
        found = {number: shown(one, owners, customers, stages) for number, one in records.items()}
    assert found == {row["opportunity_id"]: expected(row) for row in files.pipeline}


def shown(
    one: Any, owners: dict[int, str], customers: dict[int, str], stages: dict[int, str]
) -> tuple[Any, ...]:
    dates = tuple(
        day.strftime("%d-%m-%y") if day else "" for day in (one.engaged_on, one.closed_on, one.expected_close)
    )
    relations = (owners[one.owner_id], customers.get(one.customer_id, ""), stages[one.stage_id])
    return (
        *relations,
        one.products,
        one.state.code,
        *dates,
        one.amount,
        one.won_amount,
        one.intention,
        one.lost_reason_id,
    )


def expected(row: dict[str, str]) -> tuple[Any, ...]:
    stage, value = row["deal_stage"], Decimal(row["close_value"] or 0)
    product = {"GTXPro": "GTX Pro"}.get(row["product"], row["product"])
    step = "Prospecting" if stage == "Prospecting" else "Engaging"
    dates = (row["engage_date"], row["close_date"], row["close_date"])
    return (row["sales_agent"], row["account"], step, product, STATES[stage], *dates, value,
            value if stage == "Won" else None, None, None)  # fmt: skip


def check_customers(office: Office, files: Files) -> None:
    """Accounts with their parent companies; typing errors are put right; the telephone is missing and waived."""
    with office.env("sales.director") as env:
        cls = env.info("crm_base.customer").cls
        records = {one.name: one for one in env.scalars(select(cls))}
        names = {one.id: name for name, one in records.items()}
        industries = env.labels("base.option", {one.industry_id for one in records.values()})
    assert set(records) == {row["account"] for row in files.accounts}
    for row in files.accounts:
        one = records[row["account"]]
        assert names.get(one.parent_id, "") == row["subsidiary_of"]
        assert (one.founded, one.employees, one.phone) == (
            int(row["year_established"]),
            int(row["employees"]),
            None,
        )
        assert row["revenue"] in one.business
    assert not {"technolgy", "Philipines"} & {
        *industries.values(),
        *(one.province for one in records.values()),
    }
    assert Counter(one.province for one in records.values())["Philippines"] == 1


def check_people(office: Office, files: Files) -> None:
    """Offices hold teams, teams their people; the agent's superior is the manager, the manager's the director."""
    with office.env("sales.director") as env:
        posts = {one.name: one for one in env.search("base.employee", limit=500)}
        departments = {one.id: one for one in env.search("base.department", limit=500)}
    for manager, agents in files.teams.items():
        lead = posts[manager]
        team = departments[lead.department_id]
        assert team.manager_id == lead.id and lead.superior_id == posts["Director of Sales"].id
        assert departments[departments[team.parent_id].parent_id].name == "Sales"
        assert {(posts[agent].superior_id, posts[agent].department_id) for agent in agents} == {
            (lead.id, team.id)
        }


def counts(office: Office) -> dict[str, int]:
    """How many records there are, to see that nothing is doubled."""
    models = (
        "base.department",
        "base.employee",
        "crm_base.customer",
        "crm_leads.opportunity",
        "crm_leads.stage_stay",
    )
    with office.env("sales.director") as env:
        return {model: env.count(model, cap=None).value for model in models}
