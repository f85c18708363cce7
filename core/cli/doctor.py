"""`keyuan doctor`: whether configuration, database and addons fit together, in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from core.cli.deployment import Deployment, opened
from core.cli.options import add_common
from core.lifecycle.inspection import database_problems
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, compose
from core.views.check import check


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    problems = 0
    with opened(arguments) as deployment:
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
    loaded = load(order(discover(deployment.config), deployment.installed(), complete=False))
    for addon in loaded:
        if addon.error is not None:
            yield f"addon {addon.name} stands aside: {addon.error}"
    composed = compose(loaded)
    yield from _database_problems(deployment, composed)
    for problem in check(composed):
        yield str(problem)


def _database_problems(deployment: Deployment, composed: Composition) -> Iterator[str]:
    with deployment.owner.connect() as connection:
        for problem in database_problems(connection, composed, deployment.database.app_role):
            yield str(problem)
