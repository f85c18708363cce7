"""`keyuan doctor`: whether configuration, database and addons fit together, in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from core.cli.deployment import Deployment, opened
from core.cli.doctor_indexes import print_index_report
from core.cli.options import add_common
from core.errors import UserError
from core.files.missing import missing_contents
from core.i18n import _
from core.lifecycle.database import pooler_problem
from core.lifecycle.inspection import database_problems
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load
from core.orm.compose import Composition, compose
from core.orm.replica import replica_engine, replica_problems
from core.orm.system_env import system_env
from core.views.check import check

SHOWN = 3
"""Names of files that are told as examples."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument(
        "--indexes", action="store_true", help="look at indexes instead: which are missing, which nobody uses"
    )


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        return _indexes(deployment) if arguments.indexes else _check_up(deployment)


def _indexes(deployment: Deployment) -> int:
    if not deployment.is_initialised():
        raise UserError(_("There is no deployment yet. Run `keyuan init` or `keyuan demo` first."))
    loaded = _loaded(deployment)
    return print_index_report(deployment, compose(loaded), loaded)


def _loaded(deployment: Deployment) -> list[LoadedAddon]:
    return load(order(deployment.found(), deployment.installed(), complete=False))


def _check_up(deployment: Deployment) -> int:
    problems = 0
    print(f"state folder   {deployment.config.state_dir}")
    print(f"configuration  {deployment.config.source or 'no file; defaults and environment'}")
    for problem in _problems(deployment):
        problems += 1
        print(f"problem        {problem}")
    print("Everything fits together." if not problems else f"{problems} problem(s) found.")
    return 1 if problems else 0


def _problems(deployment: Deployment) -> Iterator[str]:
    if not deployment.is_initialised():
        yield "there is no deployment in this database yet: run `keyuan init` or `keyuan demo`"
        return
    loaded = _loaded(deployment)
    for addon in loaded:
        if addon.error is not None:
            yield f"addon {addon.name} stands aside: {addon.error}"
    composed = compose(loaded)
    database = list(_database_problems(deployment, composed))
    yield from database
    for problem in check(composed):
        yield str(problem)
    if not database:  # only a database that is what the code believes can be asked for its rows
        yield from _lost_files(deployment, composed)


def _lost_files(deployment: Deployment, composed: Composition) -> Iterator[str]:
    """Whether every file that a record names is in the file store."""
    for company in deployment.companies():
        with (
            deployment.session(company.id) as session,
            system_env(session, company.id, frozenset(composed.addons), "doctor") as env,
        ):
            lost = list(missing_contents(env))
        if lost:
            names = ", ".join(lost[:SHOWN])
            yield f"company {company.code}: the content of {len(lost)} file(s) is missing in the file store: {names}"


def _database_problems(deployment: Deployment, composed: Composition) -> Iterator[str]:
    pooled = pooler_problem(deployment.owner)
    if pooled is not None:
        yield str(pooled)
    with deployment.owner.connect() as connection:
        for problem in database_problems(connection, composed, deployment.database.app_role):
            yield str(problem)
        if deployment.config.replica_url is not None:
            replica = replica_engine(deployment.config.replica_url, pool_size=1)
            yield from map(str, replica_problems(replica, connection))
            replica.dispose()
