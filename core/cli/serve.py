"""`keyuan serve`: the product on one machine, with its processes and, without a database URL, its own database."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping

from core.cli.deployment import add_common, overrides_of
from core.config import Config, load_config, process_environment
from core.errors import UserError
from core.i18n import _
from core.lifecycle.database import database_of
from core.server.embedded import Running
from core.server.parent import GENERATION_VARIABLE, Parent


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
    return Parent(
        config,
        lambda fd, generation: [*_keyuan("web-child"), f"--fd={fd}", f"--generation={generation}"],
        lambda generation: [*_keyuan("worker-child"), f"--generation={generation}"],
        lambda running: _prepared(config, running, demo=arguments.demo),
        announce=lambda port: print(
            f"Keyuan serves at http://{_shown(config.host)}:{port}  (Ctrl-C ends it)", flush=True
        ),
    ).run()


def _keyuan(command: str) -> list[str]:
    return [sys.executable, "-m", "core.cli", command]


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound


def _prepared(config: Config, running: Running | None, *, demo: bool) -> Mapping[str, str]:
    """Bring the database up; gives what the children find in their environment."""
    database = database_of(config, running)
    environment = {
        "KEYUAN_DATABASE_URL": database.app_url,
        "KEYUAN_OWNER_URL": database.owner_url,
        "KEYUAN_STATE_DIR": str(config.state_dir),
        "KEYUAN_HOST": config.host,
        "KEYUAN_PORT": str(config.port),
        "KEYUAN_SAFE_MODE": "true" if config.safe_mode else "false",
    }
    command = [*_keyuan("prepare"), f"--app-role={database.app_role}", *(["--own-role"] if database.own_role else []),
               *(["--demo"] if demo else [])]  # fmt: skip
    process = subprocess.Popen(
        command, env=process_environment(**environment), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    generation = ""
    for line in process.stdout:
        text = line.rstrip("\n")
        if text.isdecimal():
            generation = text
        else:
            print(text, flush=True)
    if process.wait() != 0 or not generation:
        raise UserError(_("The database could not be brought up; see the message above."))
    return environment | {GENERATION_VARIABLE: generation}
