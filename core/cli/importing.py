"""`keyuan import`: files of others into records, by a mapping."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy import select

from core.auth.environment import make_env
from core.auth.identity import identity_of
from core.auth.sessions import folded_login
from core.cli.deployment import CompanyRow, Deployment, opened
from core.cli.options import add_common
from core.errors import UserError
from core.exchange.importing import Import, Wishes
from core.exchange.parsing import read_mapping
from core.exchange.reading import Format
from core.exchange.report import Outcome, Report, write_wrong_files
from core.i18n import _
from core.lifecycle.activation import enabled_addons
from core.orm.compose import composition
from core.orm.env import Env
from core.orm.system_env import system_env
from core.orm.trust import TRUSTED

HELP = "Import CSV files or workbooks by a mapping; a trial shows what would happen."
SOME_ROWS_WRONG = 3


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    add = parser.add_argument
    add(
        "mapping",
        type=Path,
        metavar="MAPPING.toml",
        help="which column goes where; see docs/how-to/import.md",
    )
    add("--folder", type=Path, metavar="DIR", help="folder of the files; the mapping's own when left out")
    add(
        "--only",
        action="append",
        default=[],
        metavar="FILE",
        help="this file of the mapping only; may be repeated",
    )
    add("--company", metavar="CODE", help="code of the company; not needed when there is one only")
    add("--user", metavar="LOGIN", help="import with this user's rights; the deployment's own when left out")
    add("--trial", action="store_true", help="write nothing; say for each row what would happen")
    add("--all-or-nothing", action="store_true", help="write nothing when a row is wrong")
    add("--report", type=Path, metavar="FILE", help="write the line for each row into a file")
    add(
        "--wrong",
        type=Path,
        metavar="DIR",
        help="write wrong rows with the reasons into files of this folder",
    )
    add("--encoding", metavar="NAME", help="encoding of text files, such as utf-8, gb18030, utf-16")
    add("--separator", metavar="CHAR", help="what stands between cells: , ; | or tab")
    add("--sheet", metavar="NAME", help="sheet of a workbook; the first when left out")


def run(arguments: argparse.Namespace) -> int:
    mapping = read_mapping(arguments.mapping)
    wishes = Wishes(
        trial=arguments.trial, all_or_nothing=arguments.all_or_nothing, only=frozenset(arguments.only),
        form=Format(arguments.encoding, arguments.separator, arguments.sheet),
    )  # fmt: skip
    folder = arguments.folder or arguments.mapping.parent
    with opened(arguments) as deployment, _told(arguments) as tell:
        deployment.compose_installed()
        company = deployment.company(arguments.company)
        with _env(deployment, company, arguments.user) as env:
            work = Import(env, mapping, folder, wishes)
            report = work.run(tell, _progress if sys.stderr.isatty() else None)
            _show(report, wishes)
            if arguments.wrong is not None:
                sources = [source for _rule, source, _unused in work.sources]
                for path in write_wrong_files(report, sources, arguments.wrong):
                    print(f"Wrong rows: {path}")
    return SOME_ROWS_WRONG if report.wrong else 0


def _show(report: Report, wishes: Wishes) -> None:
    for line in report.summary():
        print(line)
    if wishes.trial:
        print("This was a trial: nothing was written.")
    elif not report.is_written:
        print("Nothing was written, because a row is wrong.")


@contextmanager
def _told(arguments: argparse.Namespace) -> Iterator[Callable[[Outcome], None] | None]:
    """Where the line for each row goes: the file of --report; without one a trial prints them."""
    if arguments.report is not None:
        try:
            stream: TextIO = arguments.report.open("w", encoding="utf-8")
        except OSError as error:
            raise UserError(
                _("{path}: cannot be written: {reason}", path=str(arguments.report), reason=str(error))
            ) from error
        with stream:
            yield lambda outcome: print(outcome, file=stream)
    else:
        yield print if arguments.trial else None


def _progress(done: int, _total: int | None) -> None:
    print(f"\r{done:,} rows", end="", file=sys.stderr, flush=True)


@contextmanager
def _env(deployment: Deployment, company: CompanyRow, login: str | None) -> Iterator[Env]:
    """The Env of a user by login; without one that of the deployment itself."""
    with deployment.session(company.id) as session:
        if login is None:
            addons = enabled_addons(session, company.id)
            with system_env(session, company.id, addons, "keyuan import") as env:
                yield env
            return
        user = composition().info("base.user").table
        wanted = select(user.c.id).where(user.c.login == folded_login(login), user.c.deleted_at.is_(None))
        user_id = session.scalar(wanted, execution_options=TRUSTED)
        identity = identity_of(session, user_id, company.id) if user_id is not None else None
        if identity is None:
            raise UserError(
                _("There is no user {login} who may work in {company}.", login=login, company=company.code)
            )
        yield make_env(session, identity, "import", language="en")
