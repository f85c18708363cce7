"""`python -m tools.freeze`: the demonstration as this version leaves it, into tests/frozen, when a version is released.

Every later version has to bring each of these databases up to itself without losing a row (tests/frozen). The file of
a released version is never written again; `--again` is for the version that is being prepared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import text

import core
from core.cli.deployment import Deployment
from core.cli.setting_up import make_demo
from core.lifecycle.install import initialise
from core.testing.database import APP_ROLE, Run, ScratchDatabase
from core.testing.frozen import ENDING, freeze
from core.testing.product import Product

FOLDER: Final = Path(__file__).parents[1] / "tests" / "frozen"
MOST_BYTES: Final = 1_000_000
_LEFT_OUT: Final = (
    "update base.user set password_hash = null; delete from base.session; "
    "delete from core.audit where id % 25 <> 0"
)
"""Nobody's password, and of the audit a sample: its salts and digests are nine tenths of the whole and no use here."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools.freeze", description=__doc__)
    parser.add_argument("--again", action="store_true", help="replace the file of this version")
    path = FOLDER / f"{core.__version__}{ENDING}"
    if path.exists() and not parser.parse_args().again:
        print(
            f"error: {path.name} is there already; the database of a released version is not changed",
            file=sys.stderr,
        )
        return 1
    run = Run.begin()
    server = run.server()
    try:
        size = freeze(demonstration(server.create()), path)
    finally:
        server.close(last=True)
        run.end()
    print(f"{path.name}: {size} bytes")
    if size > MOST_BYTES:
        print(f"error: more than {MOST_BYTES} bytes", file=sys.stderr)
    return int(size > MOST_BYTES)


def demonstration(database: ScratchDatabase) -> ScratchDatabase:
    """The whole product with its demonstration; nobody can sign in to it."""
    product = Product()
    initialise(database.owner, APP_ROLE, product.compose())
    make_demo(Deployment(product.config, database.urls))
    with database.owner.begin() as connection:
        connection.execute(text(_LEFT_OUT))
    return database


if __name__ == "__main__":
    raise SystemExit(main())
