"""A worker process of `keyuan serve`."""

from __future__ import annotations

import argparse

from core.automation.worker import Worker
from core.config import load_config
from core.files.shelf import shelves
from core.orm.engine import make_engine
from core.server import child
from core.web.logs import configure_logs
from core.web.main import compose_installed


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--generation", type=int, required=True)


def run(arguments: argparse.Namespace) -> int:
    child.attach()
    configure_logs()
    config = load_config()
    engine = make_engine(config.database_url or "", application_name="keyuan worker", pool_size=3)
    compose_installed(config, engine)
    worker = Worker(engine, shelves(config))
    child.ready()
    worker.run(child.draining.wait)
    engine.dispose()
    return 0
