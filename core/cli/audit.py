"""`keyuan audit`: seal the audit, and verify that nobody has changed it since."""

from __future__ import annotations

import argparse
import sys

from core.cli.deployment import opened
from core.cli.options import add_common
from core.orm.erasing_audit import erase_waiting
from core.orm.sealing import seal_audit
from core.orm.verifying import Verifier

MOST_SHOWN = 100


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("seal", help="seal at once what the worker would seal within a minute")
    verify = actions.add_parser(
        "verify",
        help="compare every row and value with the chain of seals; name what was changed or is missing",
    )
    verify.add_argument(
        "--expect",
        metavar="DIGEST",
        help="the last digest of an earlier run, kept elsewhere: it must be in the chain",
    )


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        if arguments.action == "verify":
            with deployment.owner.connect().execution_options(
                isolation_level="REPEATABLE READ"
            ) as connection:
                return _verify(Verifier(connection, arguments.expect))
        erased = erase_waiting(deployment.owner)
        rows = seal_audit(deployment.owner, tell=_progress)
        print(f"{rows} rows sealed" + (f", values of {erased} rows erased" if erased else ""))
        return 0


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{rows} rows", end="", file=sys.stderr, flush=True)


def _verify(verifier: Verifier) -> int:
    count = 0
    for finding in verifier.findings():
        count += 1
        if count <= MOST_SHOWN:
            print(finding.words)
    seen = verifier.seen
    if count > MOST_SHOWN:
        print(f"… and {count - MOST_SHOWN} more")
    print(f"{seen.rows} rows in {seen.seals} seals compared")
    print(f"{seen.erased} erased values, {seen.unsealed} rows not sealed yet")
    print(f"last digest {seen.digest}")
    print("Nothing was changed." if not count else f"{count} finding(s).")
    return 1 if count else 0
