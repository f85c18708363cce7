"""`keyuan wishes`: carries out what administrators have asked for on the page of addons. Started by workers."""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from core.cli.deployment import Deployment, opened
from core.cli.options import add_common
from core.config import process_environment
from core.lifecycle.carrying_out import Answer, carry_out_all
from core.lifecycle.journal import exclusive
from core.lifecycle.site import Site
from core.lifecycle.taking_up import take_up
from core.web.logs import configure_logs

SETTLE_SECONDS: Final = 600.0
"""A command whose runner was killed works on; so long it is waited for."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_common(parser)


def run(arguments: argparse.Namespace) -> int:
    with opened(arguments) as deployment:
        configure_logs()
        environment = {"KEYUAN_STATE_DIR": str(deployment.config.state_dir)}

        def command(words: Sequence[str], seconds: float) -> Answer:
            return _addon(words, seconds, environment)

        carry_out_all(deployment.owner, command, lambda: _settle(deployment))
    return 0


def _addon(words: Sequence[str], seconds: float, environment: dict[str, str]) -> Answer:
    """A process for one operation: it has the composition that the operation needs, and may be ended."""
    child = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "addon", *words], text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=process_environment(**environment),
    )  # fmt: skip
    try:
        said, errors = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        said, errors = child.communicate()
        return Answer(None, {}, f"{errors}\nended after {seconds:g} seconds")
    return Answer(child.returncode, _last_object(said), errors)


def _last_object(said: str) -> dict[str, object]:
    """What the command tells programs: the one line that is an object."""
    for line in [said, *reversed(said.splitlines())]:
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                return found
    return {}


def _settle(deployment: Deployment) -> None:
    """As the next operation would: whoever holds the lock completes or closes what was interrupted."""
    composed = deployment.compose_installed()
    with exclusive(deployment.owner, wait=SETTLE_SECONDS) as locked:
        take_up(Site(deployment.owner, locked, deployment.database.app_role, composed))
