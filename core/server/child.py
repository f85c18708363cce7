"""What a web or worker child says to its parent process, and hears from it.

    child.attach(channel)               # first thing in the child's life, in the main thread
    serving.serve(app, fd, threads)     # a web child; says by itself that it is ready
    child.ready()                       # a worker, when it can take jobs; then it looks at `draining`
    child.ask_generation(8)             # the addons changed: start their processes beside ours

Without a parent process (gunicorn, a worker of its own) everything works but asking for a generation.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

ORPHAN_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1

draining = threading.Event()
"""Set when this process shall take no new work, finish what it has begun, and end."""

_wakers: list[Callable[[], None]] = []
_channel: socket.socket | None = None
_sending = threading.Lock()
_signal_read, _signal_write = -1, -1


def attach(channel: socket.socket | None = None) -> None:
    """Listen to the parent: SIGTERM drains this process; so does the parent's death, with a short limit.

    SIGINT is ignored, since Ctrl-C reaches every process at the console and stopping is the parent's work.
    """
    global _channel, _signal_read, _signal_write
    if _signal_read >= 0:
        return
    _signal_read, _signal_write = os.pipe()
    signal.signal(signal.SIGTERM, _drain_by_signal)
    if channel is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _channel = channel
        _channel.setblocking(True)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_watch, args=(_channel,), name="parent-watch", daemon=True).start()


def ready() -> None:
    """Tell the parent that this child does its work; only then is the previous generation drained."""
    _say("ready")


def ask_generation(number: int) -> bool:
    """Ask for processes of generation `number` beside this one; False when there is no parent to ask."""
    return _say(f"generation {number}")


def on_drain(waker: Callable[[], None]) -> None:
    """Have `waker` called when draining begins, for a loop that sleeps in a system call."""
    _wakers.append(waker)
    if draining.is_set():
        waker()


def drain() -> None:
    """Begin to drain: set the event and wake whoever sleeps."""
    draining.set()
    for waker in list(_wakers):
        waker()


def _drain_by_signal(number: int, frame: FrameType | None) -> None:
    """Only wakes the watching thread: an event set here could be one whose lock the main thread holds."""
    os.write(_signal_write, b"\0")


def _say(line: str) -> bool:
    if _channel is None:
        return False
    with _sending:
        try:
            _channel.sendall(line.encode() + b"\n")
        except OSError:
            return False
    return True


def _watch(channel: socket.socket | None) -> None:
    """The parent never writes into the channel: it becomes readable when the parent ends, even by SIGKILL."""
    sources: list[int | socket.socket] = [_signal_read]
    if channel is not None:
        sources.append(channel)
    while True:
        found = select.select(sources, [], [])[0]
        drain()
        if channel in found:
            threading.Event().wait(ORPHAN_SECONDS)
            os._exit(1)
        os.read(_signal_read, 64)
