"""`keyuan serve`: the product on one machine, with its processes and, without a database URL, its own database."""

from __future__ import annotations

import argparse
import sys

from core.cli.options import add_common, overrides_of
from core.config import load_config
from core.server.parent import Parent


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (6543)")
    parser.add_argument("--web-processes", type=int, metavar="N", help="number of web processes (1)")
    parser.add_argument("--worker-processes", type=int, metavar="N", help="number of worker processes (1)")
    parser.add_argument("--demo", action="store_true", help="fill a new deployment with demonstration data")
    parser.add_argument("--safe-mode", action="store_true", default=None, help="start with the kernel alone")


def run(arguments: argparse.Namespace) -> int:
    config = load_config(overrides_of(arguments))
    environment = {
        "KEYUAN_STATE_DIR": str(config.state_dir),
        "KEYUAN_HOST": config.host,
        "KEYUAN_PORT": str(config.port),
        "KEYUAN_SAFE_MODE": "true" if config.safe_mode else "false",
    }
    return Parent(
        config,
        lambda fd, generation: _nursery(fd, generation, demo=arguments.demo),
        environment,
        announce=lambda port: print(
            f"Keyuan serves at http://{_shown(config.host)}:{port}  (Ctrl-C ends it)", flush=True
        ),
    ).run()


def _nursery(fd: int, generation: int | None, *, demo: bool) -> list[str]:
    command = [sys.executable, "-m", "core.cli", "nursery", f"--fd={fd}"]
    if generation is not None:
        return [*command, f"--generation={generation}"]
    return [*command, "--demo"] if demo else command


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
