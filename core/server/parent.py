"""The parent process of `keyuan serve`: owns the listening socket and the embedded server, starts the generations.

It imports no addon, no web framework and no database driver, so it is small and stays the same process while addons
come and go. Of each generation it starts one process, the nursery, which loads the addons once and forks the web and
worker processes (nursery.py). While the first one loads, the database server starts.
"""

from __future__ import annotations

import contextlib
import logging
import select
import selectors
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from core.config import Config
from core.i18n import _
from core.server.children import Child, Kind, Nursery
from core.server.embedded import EmbeddedServer, Running
from core.server.errors import ServerError
from core.server.generations import Fleet, Limits, StartFailed
from core.server.listening import listen
from core.server.reloading import Reloading
from core.server.watching import Watch

Command = Callable[[int, int | None], Sequence[str]]

_TEND_SECONDS = 2.0
_log = logging.getLogger("keyuan.server")


class Parent:
    """One deployment's processes on one machine.

    `command(fd, generation)` gives the command of a generation's nursery; without a number it is the first, brings the
    database up and says which generation that is at. `environment` is added to what a nursery finds in its own.
    `announce` is called once with the real port. When `watch` sees changed files, `reload(fd, generation)` gives the
    command of a nursery that loads them and comes after that generation.
    """

    def __init__(
        self,
        config: Config,
        command: Command,
        environment: Mapping[str, str] | None = None,
        *,
        announce: Callable[[int], None] | None = None,
        limits: Limits | None = None,
        watch: Watch | None = None,
        reload: Callable[[int, int], Sequence[str]] | None = None,
    ) -> None:
        self.config = config
        self._command, self._environment, self._announce = command, environment or {}, announce
        self._listening: socket.socket | None = None
        self._server: Running | None = None
        self._nurseries: dict[int, Nursery] = {}
        self._started: list[Nursery] = []
        self._selector = selectors.DefaultSelector()
        self._signals: list[int] = []
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        counts: dict[Kind, int] = {"web": config.web_processes, "worker": config.worker_processes}
        self._fleet = Fleet(self._spawn, self._forget, counts, limits or Limits())
        self._reload = reload
        self._reloading = Reloading(watch, self._load_changed, self._drop) if watch and reload else None

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
            first = self._start_nursery(None)
            if self.config.database_url is None:
                self._server = EmbeddedServer(self.config.state_dir, self.config.postgres_bin).start()
            self._give_database(first)
            self._fleet.generation = self._first_generation(first)
            self._nurseries[self._fleet.generation] = first
            self._handle_signals()
            self._fleet.begin()
            return self._loop()
        except KeyboardInterrupt:
            return 128 + signal.SIGINT
        except StartFailed as error:
            raise ServerError(_("The server cannot be started: {reason}", reason=str(error))) from error
        finally:
            self._close()

    def _start_nursery(self, generation: int | None, after: int | None = None) -> Nursery:
        assert self._listening is not None
        fd = self._listening.fileno()
        is_reload = self._reload is not None and after is not None
        command = self._reload(fd, after) if is_reload else self._command(fd, generation)  # type: ignore[misc, arg-type]
        nursery = Nursery(command, self._environment, [fd])
        self._started.append(nursery)
        return nursery

    def _load_changed(self, generation: int) -> Nursery:
        nursery = self._start_nursery(None, generation)
        self._selector.register(nursery.channel, selectors.EVENT_READ, nursery)
        self._give_database(nursery)
        return nursery

    def _drop(self, nursery: Nursery) -> None:
        self._forget_channel(nursery)
        nursery.end()

    def _give_database(self, nursery: Nursery) -> None:
        """One that has ended already is noticed when its answer does not come."""
        with contextlib.suppress(OSError):
            nursery.give_database(self._server.owner_url if self._server is not None else "")

    def _first_generation(self, first: Nursery) -> int:
        """Wait until the database is brought up, however long that takes: it may be made from nothing."""
        while True:
            select.select([first.channel], [], [])
            try:
                lines = first.channel.read_lines()
            except EOFError:
                raise StartFailed(f"loading ended with exit code {first.exit_code}") from None
            for line in lines:
                word, _space, number = line.partition(" ")
                if word == "generation" and number.isdecimal():
                    self._selector.register(first.channel, selectors.EVENT_READ, first)
                    return int(number)

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
            if self._reloading is not None and self._fleet.is_serving:
                self._reloading.tick(self._fleet.generation)
            self._started = [nursery for nursery in self._started if nursery.process.poll() is None]
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
            speaker: Child | Nursery | None = key.data
            if speaker is None:
                self._wake.recv(4096)
                continue
            try:
                lines = speaker.channel.read_lines()
            except EOFError:
                self._forget_channel(speaker)
                if self._reloading is not None and speaker is self._reloading.candidate:
                    self._adopt(None)
                continue
            for line in lines:
                self._obey(speaker, line)

    def _obey(self, speaker: Child | Nursery, line: str) -> None:
        word, _space, rest = line.partition(" ")
        if isinstance(speaker, Nursery):
            if word == "generation" and self._reloading is not None and speaker is self._reloading.candidate:
                self._adopt(int(rest))
            elif not speaker.obey(line) and word != "generation":
                _log.warning("a process that starts others said something unknown: %r", line)
        elif word == "ready":
            speaker.is_ready = True
        elif word == "generation" and rest.isdecimal():
            if self._reloading is None or not self._reloading.holds_back(int(rest)):
                self._fleet.want(int(rest))
        else:
            _log.warning("%s said something unknown: %r", speaker, line)

    def _adopt(self, generation: int | None) -> None:
        """Have the changed files serve; without a number they could not be loaded, and everything goes on."""
        assert self._reloading is not None and self._reloading.candidate is not None
        candidate, asked = self._reloading.candidate, self._reloading.release()
        if (
            generation is not None
            and generation > self._fleet.generation
            and generation not in self._nurseries
        ):
            self._nurseries[generation] = candidate
            self._fleet.want(generation)
        elif generation is not None:
            self._drop(candidate)
        if asked:
            self._fleet.want(asked)

    def _spawn(self, kind: Kind, generation: int) -> Child:
        nursery = self._nurseries.get(generation)
        if nursery is None or nursery.is_gone:
            nursery = self._nurseries[generation] = self._start_nursery(generation)
            self._selector.register(nursery.channel, selectors.EVENT_READ, nursery)
            self._give_database(nursery)
        child = nursery.bear(kind, generation)
        self._selector.register(child.channel, selectors.EVENT_READ, child)
        return child

    def _forget_channel(self, speaker: Child | Nursery) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(speaker.channel)

    def _forget(self, child: Child) -> None:
        """Let a child go that has ended, and with the last of a generation that is over its nursery."""
        self._forget_channel(child)
        child.close()
        in_use = {
            self._fleet.generation,
            self._fleet.starting,
            self._fleet.wanted,
            *(one.generation for one in self._fleet.children),
        }
        for generation in self._nurseries.keys() - in_use:
            nursery = self._nurseries.pop(generation)
            self._forget_channel(nursery)
            nursery.close()

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
            self._listen_to_children(0.05)
        for child in self._fleet.children:
            self._forget_channel(child)
            child.close()
        for nursery in self._started:
            nursery.end()
        signal.set_wakeup_fd(-1)
        self._selector.close()
        if self._server is not None:
            self._server.close()
        self._wake.close()
        self._waker.close()
