"""A web process of `keyuan serve`."""

from __future__ import annotations

import argparse

from core.config import load_config
from core.web.main import web_child


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--generation", type=int, required=True)


def run(arguments: argparse.Namespace) -> int:
    web_child(arguments.fd, arguments.generation, load_config())
    return 0
