"""What commands on a deployment have in common on the command line. Imports nothing that takes time."""

from __future__ import annotations

import argparse


def add_common(parser: argparse.ArgumentParser) -> None:
    """Options that every command on a deployment understands."""
    parser.add_argument("--state-dir", metavar="DIR", help="folder of the embedded database and the secret")


def overrides_of(arguments: argparse.Namespace | None) -> dict[str, object]:
    """Settings named on the command line."""
    names = ("host", "port", "state_dir", "safe_mode", "web_processes", "worker_processes")
    return {name: value for name in names if (value := getattr(arguments, name, None)) is not None}
