"""`keyuan worker`: a worker process of its own, beside or without `keyuan serve`.

When addons are installed it finishes its job and takes the place of itself with the new composition.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from core.automation.worker import Worker
from core.cli.deployment import opened
from core.cli.options import add_common
from core.lifecycle.presence import keep_presence
from core.lifecycle.upkeep import Upkeep
from core.lifecycle.wish_watch import WishWatch
from core.mail.server import outside


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("--once", action="store_true", help="run what is due and end")


def run(arguments: argparse.Namespace) -> int:
    stop, renewed = threading.Event(), threading.Event()

    def renew(_generation: int) -> None:
        renewed.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    with opened(arguments) as deployment:
        generation = deployment.generation()
        deployment.compose_installed()
        wishes = WishWatch(deployment.app, {"KEYUAN_STATE_DIR": str(deployment.config.state_dir)})
        upkeep = Upkeep(deployment.owner, wishes)
        if not arguments.once:
            keep_presence(deployment.database.owner_url, generation, renew)
        worker = Worker(
            deployment.app, outside(deployment.config), generation=generation, newer=renew, upkeep=upkeep
        )
        if arguments.once:
            while worker.run_one():
                pass
            upkeep()
        else:
            print("Waiting for jobs (Ctrl-C ends it)", flush=True)
            worker.run(stop.wait)
    if renewed.is_set():
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "core.cli", *sys.argv[1:]])  # noqa: S606 - our own program
    return 0
