"""`keyuan addon`: which addons there are, and switching them on and off."""

from __future__ import annotations

import argparse

from core.cli.deployment import Deployment, opened
from core.cli.options import add_common
from core.errors import UserError
from core.i18n import _
from core.lifecycle.activation import Switch, disable, enable, enabled_addons
from core.lifecycle.database import prepare_database
from core.lifecycle.install import install
from core.modules.discovery import discover


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="all addons with version, state and the companies that use them")
    listed.set_defaults(do=_list)
    installed = actions.add_parser("install", help="make an addon's tables and data in this deployment")
    installed.add_argument("names", nargs="+", metavar="ADDON")
    installed.set_defaults(do=_install)
    for name, does, text in (
        ("enable", _enable, "switch an addon on for a company"),
        ("disable", _disable, "switch an addon off for a company; its data stay"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("name", metavar="ADDON")
        action.add_argument(
            "--company", metavar="CODE", help="code of the company; not needed when there is one only"
        )
        action.add_argument("--all-companies", action="store_true", help="in every company")
        if name == "enable":
            action.add_argument(
                "--with-dependencies", action="store_true", help="also switch on what it needs"
            )
        action.set_defaults(do=does)


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        arguments.do(deployment, arguments)
    return 0


def _list(deployment: Deployment, arguments: argparse.Namespace) -> None:
    installed = set(deployment.installed()) if deployment.is_initialised() else set()
    users: dict[str, list[str]] = {}
    if installed:
        deployment.compose_installed()
        for company in deployment.companies():
            with deployment.session(company.id) as session:
                for name in enabled_addons(session, company.id):
                    users.setdefault(name, []).append(company.code)
    for found in discover(deployment.config):
        state = "broken" if found.error else "installed" if found.name in installed else "available"
        version = found.manifest.version if found.manifest else "?"
        title = str(found.manifest.title) if found.manifest else ""
        if found.manifest and found.manifest.auto_install:
            title += f" (comes by itself with {' and '.join(found.manifest.depends)})"
        print(
            f"{found.name:<20} {version:<8} {state:<10} {', '.join(users.get(found.name, [])) or '-':<20} {title}"
        )
        if found.error:
            print(f"{'':<20} {found.error}")


def _install(deployment: Deployment, arguments: argparse.Namespace) -> None:
    if not deployment.is_initialised():
        raise UserError(_("There is no deployment yet. Run `keyuan init` or `keyuan demo` first."))
    prepare_database(deployment.owner, deployment.database)
    composed = deployment.compose_changing(*arguments.names)
    report = install(deployment.owner, deployment.database.app_role, composed, arguments.names)
    for operation in report.operations:
        print(f"  {operation.words}")
    print(f"Installed: {', '.join(report.new) or 'nothing new'}. Generation {report.generation}.")


def _enable(deployment: Deployment, arguments: argparse.Namespace) -> None:
    deployment.compose_installed()
    for company_id, code in _companies(deployment, arguments):
        with deployment.session(company_id) as session:
            plan = enable(session, company_id, arguments.name, with_dependencies=arguments.with_dependencies)
            session.commit()
        print(_said(code, plan))


def _disable(deployment: Deployment, arguments: argparse.Namespace) -> None:
    deployment.compose_installed()
    for company_id, code in _companies(deployment, arguments):
        with deployment.session(company_id) as session:
            plan = disable(session, company_id, arguments.name)
            session.commit()
        print(_said(code, plan))


def _said(company: str, plan: Switch) -> str:
    names = [f"{name} (bridge)" if name in plan.bridges else name for name in plan.addons]
    return f"{company}: {', '.join(names) or 'nothing to do'}"


def _companies(deployment: Deployment, arguments: argparse.Namespace) -> list[tuple[int, str]]:
    if arguments.all_companies:
        return [(company.id, company.code) for company in deployment.companies()]
    company = deployment.company(arguments.company)
    return [(company.id, company.code)]
