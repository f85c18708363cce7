"""`keyuan addon`: which addons there are, and how they come and go.

Every change first shows its plan and asks. For scripts and for the page that has the plan confirmed elsewhere, `--yes`
and `--plan-digest` answer instead; what is told to programs (`--json`) is one line with one object.
"""

from __future__ import annotations

import argparse
from typing import Final

from core.cli.addon_check import check
from core.cli.addon_deeds import operate
from core.cli.addon_list import list_addons
from core.cli.addon_picture import write_pictures
from core.cli.addon_plans import show_plan
from core.cli.deployment import opened
from core.cli.options import add_common
from core.lifecycle.plans.life_plan import KINDS

_WORDS: Final = {
    "install": "make an addon's tables and data in this deployment",
    "upgrade": "bring the installed addons up to the code on disk",
    "enable": "switch an addon on for a company",
    "disable": "switch an addon off for a company; its data stay",
    "remove": "take an addon out of the deployment; its data are set aside",
    "restore": "bring a removed addon back with its data",
    "purge": "delete the data of a removed addon for good, after an archive of them is written",
    "empty": "put an addon's records of one company into the bin",
}
_OF_COMPANY: Final = ("enable", "disable", "empty")


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="all addons with version, state and the companies that use them")
    _for_programs(listed)
    listed.set_defaults(do=list_addons)
    plan = actions.add_parser("plan", help="show what an operation would do, and do nothing")
    plan.add_argument("kind", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
    plan.add_argument("name", metavar="ADDON")
    _for_company(plan)
    _for_programs(plan)
    plan.set_defaults(do=show_plan)
    for kind, words in _WORDS.items():
        _operation(actions.add_parser(kind, help=words), kind)
    checked = actions.add_parser("check", help="check an addon's folder without installing it")
    checked.add_argument(
        "path", metavar="PATH", help="the folder in which its manifest.py lies, or the project around it"
    )
    checked.add_argument(
        "--strict", action="store_true", help="also fail where something would only be misplaced"
    )
    checked.set_defaults(do=check)
    pictured = actions.add_parser("picture", help="write down the tables of a version, for later migrations")
    pictured.add_argument("names", nargs="+", metavar="ADDON")
    pictured.set_defaults(do=write_pictures)


def run(arguments: argparse.Namespace) -> int:
    if arguments.action in ("check", "picture"):
        return int(arguments.do(arguments))
    with opened(arguments) as deployment:
        return int(arguments.do(deployment, arguments))


def _operation(action: argparse.ArgumentParser, kind: str) -> None:
    if kind in ("install", "upgrade"):
        count = "+" if kind == "install" else "*"
        action.add_argument("names", nargs=count, metavar="ADDON")
    else:
        action.add_argument("names", nargs="?" if kind == "restore" else 1, metavar="ADDON")
    if kind in _OF_COMPANY:
        _for_company(action)
    if kind in ("enable", "disable"):
        action.add_argument("--all-companies", action="store_true", help="in every company")
    if kind == "enable":
        action.add_argument(
            "--with-dependencies", action="store_true", help="with --yes: also switch on what it needs"
        )
    if kind == "restore":
        action.add_argument(
            "--from", dest="archive", metavar="ARCHIVE", help="from the archive that a purge wrote"
        )
    if kind == "purge":
        action.add_argument(
            "--name", dest="typed", metavar="NAME", help="the addon's name once more, to confirm"
        )
    if kind == "upgrade":
        action.add_argument("--dry-run", action="store_true", help="try it on a copy of the database")
    action.add_argument("--yes", action="store_true", help="do not ask")
    action.add_argument(
        "--plan-digest", metavar="DIGEST", help="do exactly the plan of this digest, without asking"
    )
    action.add_argument("--by", default="keyuan", metavar="NAME", help="who is named in the journal")
    _for_programs(action)
    action.set_defaults(do=operate, kind=kind)


def _for_company(action: argparse.ArgumentParser) -> None:
    action.add_argument(
        "--company", metavar="CODE", help="code of the company; not needed when there is one only"
    )


def _for_programs(action: argparse.ArgumentParser) -> None:
    action.add_argument("--json", action="store_true", help="print one object for programs")
