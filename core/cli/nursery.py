"""The process that `keyuan serve` starts for each generation: it loads the addons once and forks the processes."""

from __future__ import annotations

import argparse

from core.server.nursery import Nursery


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument(
        "--generation", type=int, help="left out at the first start, which brings the database up"
    )
    parser.add_argument(
        "--after",
        type=int,
        help="development: load changed files as the generation after this one, or not at all",
    )
    parser.add_argument("--demo", action="store_true", help="make demonstration data in a new deployment")


def run(arguments: argparse.Namespace) -> int:
    nursery = Nursery.attach()
    # large: not before the collector is off and the parent is watched
    from core.cli.raising import raise_changed, raise_generation

    if arguments.after is not None:
        raise_changed(nursery, arguments.fd, arguments.after)
        return 0
    raise_generation(nursery, arguments.fd, arguments.generation, demo=arguments.demo)
    return 0
