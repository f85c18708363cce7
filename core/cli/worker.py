"""`keyuan worker`: a worker process of its own, beside or without `keyuan serve`."""

from __future__ import annotations

import argparse
import signal
import threading

from core.automation.worker import Worker
from core.cli.deployment import add_common, opened
from core.files.shelf import shelves


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("--once", action="store_true", help="run what is due and end")


def run(arguments: argparse.Namespace) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    with opened(arguments) as deployment:
        deployment.compose_installed()
        worker = Worker(deployment.app, shelves(deployment.config))
        if arguments.once:
            while worker.run_one():
                pass
        else:
            print("Waiting for jobs (Ctrl-C ends it)", flush=True)
            worker.run(stop.wait)
    return 0
