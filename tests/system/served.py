"""The installed command in processes of its own, as an administrator runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from core.testing.compiled import hand_on, take_over
from tests.core.server.processes import wait_until

KEYUAN: Final = Path(sys.executable).with_name("keyuan")
_READY: Final = re.compile(r"Keyuan serves at (http://[^\s]+)")
_ACCOUNT: Final = re.compile(r"  (\S+) +([a-z]+-[a-z]+-[a-z]+-\d{4})  (.+)")


def environment(state: Path) -> dict[str, str]:
    """That of this process without settings of its own; the deployment lives in `state`."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("KEYUAN_")}
    return foreign | {"KEYUAN_STATE_DIR": str(state), "PYTHONUNBUFFERED": "1"}


def keyuan(state: Path, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. Standard input is closed: a command that asks would hang else."""
    return subprocess.run(
        [KEYUAN, *arguments], env=environment(state), cwd=state.parent, text=True, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=seconds,
    )  # fmt: skip


def accounts_in(text: str) -> dict[str, str]:
    """Password by login, as `keyuan serve --demo` and `keyuan demo` print them."""
    return {found[1]: found[2] for line in text.splitlines() if (found := _ACCOUNT.fullmatch(line))}


class Served:
    """`keyuan serve` in a session of its own, so that Ctrl-C can be sent as a terminal does: to the whole group.

    It finds the templates compiled that another one of this run has left, but with `anew`, as on a new machine.
    """

    def __init__(self, state: Path, *options: str, anew: bool = False) -> None:
        self.state = state
        if not anew:
            take_over(state)
        self.log = state.parent / f"{state.name}-serve.log"
        self.lines: list[str] = []
        self.seconds = 0.0  # from the start to the ready line
        self._began = time.monotonic()
        with self.log.open("a") as errors:
            self.process = subprocess.Popen(
                [KEYUAN, "serve", *options], env=environment(state), cwd=state.parent, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
            )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    @property
    def address(self) -> str | None:
        found = _READY.search(self.said)
        return found[1] if found else None

    @property
    def accounts(self) -> dict[str, str]:
        return accounts_in(self.said)

    def wait_ready(self, seconds: float = 300) -> Served:
        """Until the line with the address is there."""
        wait_until(lambda: self.address or self.process.poll() is not None, "a ready line", seconds)
        self.seconds = time.monotonic() - self._began
        hand_on(self.state)
        assert self.address, (
            f"it ended with {self.process.poll()}\n{self.said}\n{self.log.read_text()[-4000:]}"
        )
        return self

    def stop(self, seconds: float = 30) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def faults(self) -> list[str]:
        """Lines of the log that tell of something broken: traces, errors, answers with 5xx."""
        wrong = re.compile(r'"level": "(error|critical)"|Traceback|"status": 5\d\d')
        return [line for line in self.log.read_text().splitlines() if wrong.search(line)]
