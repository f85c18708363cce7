"""The parent process of `keyuan serve`: owns the listening socket and the embedded server, starts children.

It imports no addon and no web framework, so it is small and stays the same process while addons come and go.
Children inherit the socket, get the database's addresses by their environment, and speak over a socket pair
(`core/server/child.py`).
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from core.config import Config
from core.i18n import _
from core.server.children import Child, Kind
from core.server.embedded import EmbeddedServer, Running
from core.server.errors import ServerError
from core.server.generations import Fleet, Limits, StartFailed
from core.server.listening import listen

WebCommand = Callable[[int, int], Sequence[str]]
WorkerCommand = Callable[[int], Sequence[str]]
Prepare = Callable[[Running | None], Mapping[str, str]]

GENERATION_VARIABLE = "KEYUAN_CHILD_GENERATION"
"""With this key `prepare` says which generation the database is at, and the children begin with it."""
_TEND_SECONDS = 2.0
_log = logging.getLogger("keyuan.server")


class Parent:
    """One deployment's processes on one machine.

    `web(fd, generation)` and `worker(generation)` give the children's commands. `prepare` runs when the
    database server is up (None when `database_url` names another one) and returns what the children find in
    their environment: KEYUAN_DATABASE_URL, KEYUAN_OWNER_URL. `announce` is called once with the real port.
    """

    def __init__(
        self,
        config: Config,
        web: WebCommand,
        worker: WorkerCommand,
        prepare: Prepare,
        *,
        announce: Callable[[int], None] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.config = config
        self._web, self._worker, self._prepare, self._announce = web, worker, prepare, announce
        self._environment: Mapping[str, str] = {}
        self._listening: socket.socket | None = None
        self._server: Running | None = None
        self._selector = selectors.DefaultSelector()
        self._signals: list[int] = []
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        counts: dict[Kind, int] = {"web": config.web_processes, "worker": config.worker_processes}
        self._fleet = Fleet(self._spawn, self._forget, counts, limits or Limits())

    @property
    def port(self) -> int:
        """The port in use, which the system chose when the configured one is 0."""
        return int(self._listening.getsockname()[1]) if self._listening else self.config.port

    @property
    def generation(self) -> int:
        """The generation that serves."""
        return self._fleet.generation

    def want_generation(self, number: int) -> None:
        """Have the next generation started beside the serving one. May be called from any thread."""
        self._fleet.want(number)
        with contextlib.suppress(BlockingIOError):
            self._waker.send(b"\0")

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; returns the exit code. Raises `ServerError` when it cannot start."""
        try:
            self._listening = listen(self.config.host, self.config.port)
            if self.config.database_url is None:
                self._server = EmbeddedServer(self.config.state_dir, self.config.postgres_bin).start()
            self._environment = self._prepare(self._server)
            self._fleet.generation = int(self._environment.get(GENERATION_VARIABLE, self._fleet.generation))
            self._handle_signals()
            self._fleet.begin()
            return self._loop()
        except KeyboardInterrupt:
            return 128 + signal.SIGINT
        except StartFailed as error:
            raise ServerError(_("The server cannot be started: {reason}", reason=str(error))) from error
        finally:
            self._close()

    def _handle_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, self._note_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._note_signal)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._wake, selectors.EVENT_READ)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._signals.append(number)

    def _loop(self) -> int:
        tend_at = time.monotonic() + _TEND_SECONDS
        while not self._signals:
            self._listen_to_children(0.25)
            self._fleet.tick()
            if self._fleet.is_serving and self._announce is not None:
                self._announce(self.port)
                self._announce = None
            if self._server is not None and time.monotonic() >= tend_at:
                self._tend(self._server)
                tend_at = time.monotonic() + _TEND_SECONDS
        return 0

    def _tend(self, server: Running) -> None:
        try:
            server.tend()
        except ServerError as error:
            _log.error("%s", error)

    def _listen_to_children(self, seconds: float) -> None:
        for key, _events in self._selector.select(seconds):
            if key.data is None:
                self._wake.recv(4096)
                continue
            child: Child = key.data
            try:
                lines = child.read_lines()
            except EOFError:
                self._forget_channel(child)
                continue
            for line in lines:
                self._obey(child, line)

    def _obey(self, child: Child, line: str) -> None:
        word, _space, rest = line.partition(" ")
        if word == "ready":
            child.is_ready = True
        elif word == "generation" and rest.isdecimal():
            self._fleet.want(int(rest))
        else:
            _log.warning("%s said something unknown: %r", child, line)

    def _spawn(self, kind: Kind, generation: int) -> Child:
        listening = [] if self._listening is None or kind == "worker" else [self._listening.fileno()]
        command = self._web(listening[0], generation) if listening else self._worker(generation)
        child = Child(kind, generation, command, self._environment, listening)
        self._selector.register(child.channel, selectors.EVENT_READ, child)
        return child

    def _forget_channel(self, child: Child) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.channel)

    def _forget(self, child: Child) -> None:
        self._forget_channel(child)
        child.close()

    def _close(self) -> None:
        """Nothing is left running: children drain or are killed, and then the database server may stop."""
        if self._listening is not None:
            self._listening.close()
        asked = len(self._signals)
        self._fleet.end()
        while any(not child.has_ended() for child in self._fleet.children):
            if len(self._signals) > asked:
                for child in self._fleet.children:
                    child.kill()
            for child in self._fleet.children:
                child.enforce()
            time.sleep(0.05)
        for child in self._fleet.children:
            self._forget(child)
        signal.set_wakeup_fd(-1)
        self._selector.close()
        if self._server is not None:
            self._server.close()
        self._wake.close()
        self._waker.close()
