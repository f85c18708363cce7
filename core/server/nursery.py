"""The process of one generation: it loads everything once, then forks the web and worker processes that share it.

    nursery = Nursery.attach()             # first thing in the main, before anything large is imported
    url = nursery.database()               # waits until the parent has the database server up
    done = nursery.apart(prepare)          # work that leaves connections behind, in a process that ends with it
    nursery.announce(7)                    # the generation of the database
    nursery.tend({"web": serve, "worker": work})

Whoever forks must have no thread and no open connection, which the children would share: `tend` refuses the first, and
`apart` is for work that needs the second. The collector is off while loading, and `tend` freezes what was loaded: no
collection ever looks at it again, nor copies its pages.
"""

from __future__ import annotations

import ctypes
import gc
import os
import selectors
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Final, NoReturn, Self

from core.config import process_environment
from core.server import child

CHANNEL_VARIABLE: Final = "KEYUAN_CHILD_CHANNEL"
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_LONGEST_LINE: Final = 4096


class Nursery:
    """This process as its parent's nursery; `channel` is its end of the socket pair."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._children: dict[int, str] = {}
        self._asked = b""
        self._given: list[int] = []

    @classmethod
    def attach(cls) -> Self:
        """Take up the channel that the parent process has named, and die with it."""
        gc.disable()
        channel = socket.socket(fileno=int(process_environment()[CHANNEL_VARIABLE]))
        channel.setblocking(True)
        os.set_inheritable(channel.fileno(), False)
        die_with_parent()
        return cls(channel)

    def database(self) -> str:
        """The owner's URL of the embedded server, empty where the settings name a database; waits for the parent."""
        line = b""
        while not line.endswith(b"\n"):
            part = self._channel.recv(1)
            if not part:
                sys.exit(1)
            line += part
        return line.decode().removeprefix("database").strip()

    def apart(self, work: Callable[[], object]) -> Callable[[], int]:
        """Begin `work` in a process of its own; the answer waits for its end and gives its exit code."""
        pid = os.fork()
        if pid == 0:
            gc.enable()
            die_with_parent()
            self._channel.close()
            _end_with(work)
        return lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def announce(self, generation: int) -> None:
        """Tell the parent which generation this is; it may ask for children from now on."""
        self._say(f"generation {generation}")

    def tend(self, births: Mapping[str, Callable[[], object]]) -> None:
        """Fork a child whenever the parent asks for one, and report its end, until the parent lets go of us."""
        if threading.active_count() > 1:
            raise RuntimeError("a process with threads is not forked")
        gc.freeze()
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_signal: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            is_needed = True
            while is_needed:
                ready = {key.fd for key, _events in selector.select()}
                if wake in ready:
                    os.read(wake, 4096)
                    self._report_ends()
                if self._channel.fileno() in ready:
                    is_needed = self._serve(births, (wake, waker))

    def _serve(self, births: Mapping[str, Callable[[], object]], ours: tuple[int, int]) -> bool:
        """Bear the children that were asked for, each with the channel that came along; False at the parent's end."""
        data, descriptors, _flags, _address = socket.recv_fds(self._channel, _LONGEST_LINE, 16)
        *lines, self._asked = (self._asked + data).split(b"\n")
        self._given += descriptors
        for line in lines:
            kind, number = line.decode().split()
            with socket.socket(fileno=self._given.pop(0)) as channel:
                self._bear(kind, number, births[kind], channel, ours)
        return bool(data)

    def _bear(
        self,
        kind: str,
        number: str,
        birth: Callable[[], object],
        channel: socket.socket,
        ours: tuple[int, int],
    ) -> None:
        try:
            pid = os.fork()
        except OSError as error:  # too many processes: the parent tries again after a pause
            sys.stderr.write(f"a {kind} process cannot be started: {error}\n")
            self._say(f"ended {number} 1")
            return
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._channel.close()
            for descriptor in ours:
                os.close(descriptor)
            os.setpgid(0, 0)
            _name(f"keyuan {kind}")
            gc.enable()
            child.attach(channel)
            _end_with(birth)
        self._children[pid] = number
        self._say(f"born {number} {pid}")

    def _report_ends(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if number := self._children.pop(pid, ""):
                self._say(f"ended {number} {os.waitstatus_to_exitcode(status)}")

    def _say(self, line: str) -> None:
        try:
            self._channel.sendall(line.encode() + b"\n")
        except OSError:
            sys.exit(1)


def die_with_parent() -> None:
    """Have the system end this process when its parent dies, even by SIGKILL; nothing outside Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _name(name: str) -> None:
    """What `ps` and `top` show, where the system has a name for it: all children have the nursery's command line."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def _end_with(work: Callable[[], object]) -> NoReturn:
    """Run `work` as the whole life of a forked process: nothing of the nursery's own end is repeated in it."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
