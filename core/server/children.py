"""One child process as its parent sees it: how it is started, what it says, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Literal

from core.config import process_environment
from core.server.child import CHANNEL_VARIABLE

Kind = Literal["web", "worker"]


class Child:
    """A running web or worker process of one generation, with the parent's end of its channel."""

    def __init__(
        self,
        kind: Kind,
        generation: int,
        command: Sequence[str],
        environment: Mapping[str, str],
        inherited: Sequence[int],
    ) -> None:
        self.kind = kind
        self.generation = generation
        self.is_ready = False
        self.is_ending = False
        self.started = time.monotonic()
        self._kill_at: float | None = None
        self._buffer = b""
        self.channel, theirs = socket.socketpair()
        self.channel.setblocking(False)
        with theirs:
            number = theirs.fileno()
            self.process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                env=process_environment(**environment, **{CHANNEL_VARIABLE: str(number)}),
                pass_fds=[number, *inherited],
                process_group=0,
            )

    def __str__(self) -> str:
        return f"{self.kind} {self.process.pid} of generation {self.generation}"

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def read_lines(self) -> list[str]:
        """What the child has said since the last call; half a line waits for its end.

        Raises `EOFError` when the child has closed its end and will say nothing more.
        """
        try:
            data = self.channel.recv(4096)
        except BlockingIOError:
            return []
        except OSError:
            raise EOFError from None
        if not data:
            raise EOFError
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def end(self, seconds: float) -> None:
        """Ask the child to finish what it has begun; `enforce` kills it when the seconds are over."""
        if not self.is_ending:
            self.is_ending = True
            self._kill_at = time.monotonic() + seconds
            self.process.send_signal(signal.SIGTERM)

    def enforce(self) -> bool:
        """Kill a child whose time to end is over; true if that was needed now."""
        if self._kill_at is None or time.monotonic() < self._kill_at or self.has_ended():
            return False
        self._kill_at = None
        self.process.kill()
        return True

    def kill(self) -> None:
        self.is_ending = True
        self.process.kill()

    def close(self) -> None:
        self.channel.close()
