"""`keyuan demo`: a deployment with demonstration data, or its accounts again."""

from __future__ import annotations

import argparse

from core.cli.deployment import opened
from core.cli.options import add_common
from core.cli.setting_up import bring_up, demo_accounts, make_demo, make_tables, print_accounts
from core.errors import UserError
from core.i18n import _


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        if not deployment.is_initialised():
            make_tables(deployment, deployment.compose_found())
        else:
            bring_up(deployment, deployment.compose_installed())
        if not deployment.companies():
            make_demo(deployment)
        elif not demo_accounts(deployment):
            raise UserError(
                _(
                    "This deployment holds real data; demonstration data are made in a new one only (--state-dir)."
                )
            )
        print_accounts(deployment)
    return 0
