"""`keyuan serve`: the product on one machine, with its processes and, without a database URL, its own database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import core
from core.cli.options import add_common, overrides_of
from core.config import Config, load_config
from core.server.parent import Parent
from core.server.watching import Watch

ENTRY_POINTS: Final = "keyuan.addons"
"""As in core.modules.discovery, which this process does without."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (6543)")
    parser.add_argument("--web-processes", type=int, metavar="N", help="number of web processes (1)")
    parser.add_argument("--worker-processes", type=int, metavar="N", help="number of worker processes (1)")
    parser.add_argument("--demo", action="store_true", help="fill a new deployment with demonstration data")
    parser.add_argument("--safe-mode", action="store_true", default=None, help="start with the kernel alone")
    parser.add_argument(
        "--dev",
        action="store_true",
        help="development: load changed files of the kernel and of addons at once",
    )


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
        watch=Watch(_folders(config)) if arguments.dev else None,
        reload=_reload,
        announce=lambda port: print(
            f"Keyuan serves at http://{_shown(config.host)}:{port}  (Ctrl-C ends it)", flush=True
        ),
    ).run()


def _nursery(fd: int, generation: int | None, *, demo: bool) -> list[str]:
    command = [sys.executable, "-m", "core.cli", "nursery", f"--fd={fd}"]
    if generation is not None:
        return [*command, f"--generation={generation}"]
    return [*command, "--demo"] if demo else command


def _reload(fd: int, generation: int) -> list[str]:
    print("Files have changed; loading them …", flush=True)
    return [*_nursery(fd, None, demo=False), f"--after={generation}"]


def _folders(config: Config) -> list[Path]:
    """Where source files lie that a running process has loaded: the kernel, and addons wherever they come from."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    packages = {entry.value.partition(":")[0].partition(".")[0] for entry in entry_points(group=ENTRY_POINTS)}
    specs = [find_spec(name) for name in sorted(packages)]
    places = [place for spec in specs if spec for place in spec.submodule_search_locations or ()]
    return [Path(core.__file__).parent, *config.addons_path, *map(Path, places)]


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
