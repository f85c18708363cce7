"""`keyuan init`: an empty deployment with its first company and administrator."""

from __future__ import annotations

import argparse

from core.cli.deployment import opened
from core.cli.options import add_common
from core.cli.setting_up import bring_up, first_company, make_tables
from core.errors import UserError
from core.i18n import _


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument(
        "--company", default="我的公司", metavar="NAME", help="name of the first company (%(default)s)"
    )
    parser.add_argument("--code", default="main", help="short code of the first company (%(default)s)")
    parser.add_argument(
        "--admin", default="admin", metavar="LOGIN", help="login of the administrator (%(default)s)"
    )
    parser.add_argument("--language", choices=["zh_CN", "en"], default="zh_CN", help="language (%(default)s)")
    parser.add_argument("--addons", metavar="A,B", help="addons to install; all that are found when left out")


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        if deployment.is_initialised():
            composed = deployment.compose_installed()
            if deployment.companies():
                raise UserError(_("This deployment exists already; nothing was changed."))
            bring_up(deployment, composed)  # somebody interrupted the first attempt
        else:
            wanted = arguments.addons.split(",") if arguments.addons else None
            make_tables(deployment, deployment.compose_found(wanted))
        link = first_company(
            deployment,
            name=arguments.company,
            code=arguments.code,
            login=arguments.admin,
            language=arguments.language,
        )
        print(f"The deployment is ready. {arguments.admin} sets the password once at\n  {link}")
    return 0
