"""The processes of a generation as their parent sees them: how they are started, what they say, how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final, Literal

from core.config import process_environment
from core.server.nursery import CHANNEL_VARIABLE

Kind = Literal["web", "worker"]
_END_SECONDS = 0.5


class Channel:
    """The parent's end of a socket pair; lines come out of it."""

    def __init__(self) -> None:
        self.socket, self.theirs = socket.socketpair()
        self.socket.setblocking(False)
        self.is_silent = False
        """The other end is closed: its process has ended."""
        self._buffer = b""

    def fileno(self) -> int:
        return self.socket.fileno()

    def read_lines(self) -> list[str]:
        """What was said since the last call; half a line waits for its end. Raises `EOFError` when no more comes."""
        try:
            data = self.socket.recv(4096)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.is_silent = True
            raise EOFError
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]


class Nursery:
    """The process that loads one generation and forks its children (nursery.py)."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], inherited: Sequence[int]
    ) -> None:
        self.channel = Channel()
        self.children: dict[int, Child] = {}
        self._numbers = count(1)
        with self.channel.theirs as theirs:
            self.process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                env=process_environment(**environment, **{CHANNEL_VARIABLE: str(theirs.fileno())}),
                pass_fds=[theirs.fileno(), *inherited],
                process_group=0,
            )

    @property
    def is_gone(self) -> bool:
        """Everything it had to say was heard, and it has ended."""
        return self.channel.is_silent

    @property
    def exit_code(self) -> int | None:
        """Known a moment after it is gone."""
        return self.process.wait() if self.is_gone else None

    def give_database(self, url: str) -> None:
        """Tell it where the database is: the owner's URL of the embedded server, or nothing."""
        self.channel.socket.sendall(f"database {url}\n".encode())

    def bear(self, kind: Kind, generation: int) -> Child:
        """Ask for a child. Raises `OSError` when the nursery has ended."""
        child = Child(kind, generation, self)
        number = next(self._numbers)
        with child.channel.theirs as theirs:
            socket.send_fds(self.channel.socket, [f"{kind} {number}\n".encode()], [theirs.fileno()])
        self.children[number] = child
        return child

    def obey(self, line: str) -> bool:
        """Take note of what it says about its children; False for anything else."""
        match line.split():
            case ["born", number, pid]:
                self.children[int(number)].pid = int(pid)
            case ["ended", number, code]:
                self.children.pop(int(number)).exit_code = int(code)
            case _:
                return False
        return True

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> None:
        """Let it go: it ends by itself. To be called when it has no children left."""
        self.channel.socket.close()
        self.channel.is_silent = True

    def end(self) -> None:
        """Let it go, and wait for its end; one that is still loading is not waited for."""
        self.close()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Child:
    """A web or worker process of one generation, from the moment it was asked for."""

    def __init__(self, kind: Kind, generation: int, nursery: Nursery) -> None:
        self.kind: Final = kind
        self.generation: Final = generation
        self.nursery: Final = nursery
        self.channel: Final = Channel()
        self.pid: int | None = None
        self.exit_code: int | None = None
        self.is_ready = False
        self.is_ending = False
        self.started = time.monotonic()
        self._kill_at: float | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.pid or 'process'} of generation {self.generation}"

    @property
    def age(self) -> float:
        """Seconds since it was asked for."""
        return time.monotonic() - self.started

    @property
    def is_orphan(self) -> bool:
        """Its nursery has ended before it."""
        return self.nursery.is_gone and self.exit_code is None

    def has_ended(self) -> bool:
        """Also true for one that was never born. How an orphan ends nobody hears; that it did, its channel tells."""
        if self.is_orphan and self.pid is None:
            self.exit_code = self.nursery.exit_code
        return self.exit_code is not None or (self.is_orphan and self.channel.is_silent)

    def end(self, seconds: float) -> None:
        """Ask the child to finish what it has begun; `enforce` kills it when the seconds are over."""
        if not self.is_ending:
            self.is_ending = True
            self._kill_at = time.monotonic() + seconds
            self._signal(signal.SIGTERM)

    def enforce(self) -> bool:
        """Kill a child whose time to end is over; true if that was needed now."""
        if self._kill_at is None or time.monotonic() < self._kill_at or self.has_ended():
            return False
        self._kill_at = None
        self._signal(signal.SIGKILL)
        return True

    def kill(self) -> None:
        self.is_ending = True
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        """One that is not born yet goes with its nursery."""
        if self.pid is None:
            self.nursery.kill()
        elif not self.has_ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def close(self) -> None:
        self.channel.socket.close()
