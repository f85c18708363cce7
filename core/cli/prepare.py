"""What `keyuan serve` does before its processes start, in a process of its own: the parent imports no addon.

The last line of the output is the number of the generation.
"""

from __future__ import annotations

import argparse

from core.cli.deployment import Deployment, add_common
from core.cli.setting_up import bring_up, first_company, make_demo, make_tables, print_accounts
from core.config import load_config
from core.lifecycle.database import Database
from core.lifecycle.generation import current_generation


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("--demo", action="store_true", help="make demonstration data in a new deployment")
    parser.add_argument("--app-role", required=True)
    parser.add_argument("--own-role", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    config = load_config({"state_dir": arguments.state_dir} if arguments.state_dir else {})
    assert config.database_url is not None and config.owner_url is not None
    database = Database(
        config.owner_url, config.database_url, arguments.app_role, own_role=arguments.own_role
    )
    deployment = Deployment(config, database)
    if not deployment.is_initialised():
        print("Setting up the database …", flush=True)
        make_tables(deployment)
    else:
        bring_up(deployment)
    if not deployment.companies():  # new, or somebody interrupted the first start
        _fill(deployment, demo=arguments.demo)
    print_accounts(deployment)
    with deployment.owner.connect() as connection:
        found = current_generation(connection)
    print(found.number if found is not None else 1, flush=True)
    return 0


def _fill(deployment: Deployment, *, demo: bool) -> None:
    if demo:
        make_demo(deployment)
        return
    language = deployment.config.language
    link = first_company(deployment, name="我的公司", code="main", login="admin", language=language)
    print(f"The administrator (admin) sets the password once at\n  {link}")
