"""Advisory file locks, which the kernel drops when their holder is gone, however it went.

A lock belongs to the open descriptor: it is held until that is closed here and in every process that
inherited it. Lock files are never deleted, because two processes could then lock two files of one name.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def try_lock(path: Path, mode: int) -> int | None:
    """Descriptor that holds the lock, or None when somebody else's lock forbids it."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def lock(path: Path, mode: int, timeout: float) -> int | None:
    """Like `try_lock`, but waits up to `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while (descriptor := try_lock(path, mode)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return descriptor


def is_free(path: Path) -> bool:
    """True when nobody holds the lock in either mode."""
    descriptor = try_lock(path, EXCLUSIVE)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
