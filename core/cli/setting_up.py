"""Making a deployment: database roles, tables, shipped data, the first company, and the demonstration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.demo_passwords import demo_password
from core.auth.models.one_time_token import INVITE
from core.auth.password_change import one_time_link
from core.cli.deployment import Deployment
from core.errors import UserError
from core.i18n import LazyString, _
from core.lifecycle import bringing_up
from core.lifecycle.activation import enable_all, prepare_company
from core.lifecycle.bringing_up import make
from core.lifecycle.database import prepare_database
from core.lifecycle.install import upgrade_schema
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, composition
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

ADMINISTRATOR_ROLES = ("base.admin", "base.system")


def make_tables(deployment: Deployment, composed: Composition) -> Composition:
    """An empty deployment with these addons installed, but for those that cannot be."""
    prepare_database(deployment.owner, deployment.database)
    return make(deployment.owner, deployment.database.app_role, composed)


def bring_up(deployment: Deployment, composed: Composition) -> Composition:
    """The database of an existing deployment as the running code needs it; milliseconds when nothing changed. Gives
    what can be used with it. In safe mode the kernel's own tables are all that is looked at.
    """
    prepare_database(deployment.owner, deployment.database)
    if deployment.config.safe_mode:
        upgrade_schema(deployment.owner, deployment.database.app_role, composed)
        return composed
    return bringing_up.bring_up(deployment.owner, deployment.database.app_role, composed)


def first_company(deployment: Deployment, *, name: str, code: str, login: str, language: str) -> str:
    """The first company with all addons on and its administrator; gives the one-time link for the password."""
    everything = frozenset(composition().addons)
    with deployment.session(0) as session:
        with system_env(session, 0, everything, _("first company")) as env:
            company: Any = env.create("base.company", name=name, code=code, language=language)
            user: Any = env.create("base.user", name=login, login=login, language=language)
        company_id, user_id = company.id, user.id
        prepare_company(session, company_id)
        enable_all(session, company_id)
        give_roles(session, user_id, company_id, ADMINISTRATOR_ROLES)
        token = one_time_link(session, user_id, INVITE)
        session.commit()
    return f"{deployment.config.base_url.rstrip('/')}/set-password/{token}"


def give_roles(session: Session, user_id: int, company_id: int, codes: tuple[str, ...]) -> None:
    """Let a user hold roles in a company."""
    with system_env(session, company_id, frozenset(composition().addons), _("first roles")) as env:
        role = composition().info("base.role").cls
        for code in codes:
            found = env.first(role, role.code == code)
            if found is None:
                raise UserError(_("There is no role {code}.", code=code))
            env.create("base.user_role", user=user_id, role=found, company=company_id)


def make_demo(deployment: Deployment) -> None:
    """The demonstration: the kernel's addon makes companies and people, the others fill each company.

    One transaction: whoever interrupts it finds no companies, and gets the whole demonstration at the next start.
    """
    composed = composition()
    everything = frozenset(composed.addons)
    reason: LazyString = _("demonstration data")
    by_addon = list(composed.collect("demo"))
    with deployment.session(0) as session:
        for addon, function in by_addon:
            if addon == KERNEL:
                with system_env(session, 0, everything, reason) as env:
                    function(env)
        company = composed.info("base.company").table
        ids = session.scalars(select(company.c.id).order_by(company.c.id), execution_options=TRUSTED).all()
        for company_id in ids:
            for addon, function in by_addon:
                if addon != KERNEL:
                    with system_env(session, company_id, everything, reason) as env:
                        function(env)
        session.commit()


def demo_accounts(deployment: Deployment) -> list[tuple[str, str, str]]:
    """Login, password and name of the demonstration accounts; passwords follow from the deployment's secret."""
    user = composition().info("base.user").table
    with deployment.session(0) as session:
        wanted = (
            select(user.c.login, user.c.name)
            .where(user.c.is_demo, user.c.deleted_at.is_(None))
            .order_by(user.c.id)
        )
        rows = session.execute(wanted, execution_options=TRUSTED).all()
    secret = deployment.config.secret
    return [(login, demo_password(secret, login), name) for login, name in rows]


def print_accounts(deployment: Deployment) -> None:
    """The demonstration accounts as a table."""
    accounts = demo_accounts(deployment)
    if not accounts:
        return
    width = max(len(login) for login, _password, _name in accounts)
    words = max(len(password) for _login, password, _name in accounts)
    print("Demonstration accounts (valid from this machine only):")
    for login, password, name in accounts:
        print(f"  {login:<{width}}  {password:<{words}}  {name}")
