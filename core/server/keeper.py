"""The keeper: one small process per running embedded server, outliving any user of it. Standard library only.

Every user holds `users.lock` in shared mode. The keeper waits for it in exclusive mode, gets it when the
last user is gone, however it went, and then stops the server cleanly. While it holds `keeper.lock` it is the
only one to start or stop this cluster; it also starts a server that died. A keeper that was killed is
replaced by the next user that looks.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import threading
from pathlib import Path

from core.server.cluster import Cluster, ClusterError
from core.server.locks import EXCLUSIVE, open_lock, try_lock
from core.server.placement import PlacementError, identity_for, reachable_programs, socket_folder

READY, BUSY, FAILED = "ready", "busy", "failed"
_LOOK_SECONDS = 1.0


def main(home: Path, programs: Path, major: int, settings: dict[str, str]) -> int:
    """Run until the last user is gone; the first line on standard output says how the start went."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    lock = try_lock(home / "keeper.lock", EXCLUSIVE)
    if lock is None:
        _tell(BUSY)
        return 0
    try:
        identity = identity_for(home / "data")
        place = socket_folder(home, identity)
        cluster = Cluster(
            home, reachable_programs(programs, home, identity), major, identity, place, settings, lock
        )
        cluster.open()
    except (ClusterError, PlacementError, OSError) as error:
        _tell(FAILED, str(error))
        return 1
    _tell(READY)
    return _watch(cluster)


def _watch(cluster: Cluster) -> int:
    alone = threading.Event()
    threading.Thread(target=_wait_alone, args=(cluster.home / "users.lock", alone), daemon=True).start()
    while not alone.wait(_LOOK_SECONDS):
        if not cluster.is_alive():
            try:
                cluster.open()
            except (ClusterError, PlacementError, OSError) as error:
                sys.stderr.write(f"the server died and cannot be started again: {error}\n")
                return 1
    cluster.stop()
    return 0


def _wait_alone(path: Path, alone: threading.Event) -> None:
    """The descriptor stays open until the process ends: newcomers wait while the server is being stopped."""
    fcntl.flock(open_lock(path), EXCLUSIVE)
    alone.set()


def _tell(word: str, detail: str = "") -> None:
    """Whoever started us may be gone already; then the server is stopped a moment later."""
    with contextlib.suppress(OSError):
        os.write(1, (json.dumps([word, detail]) + "\n").encode())
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    sys.exit(main(Path(order["home"]), Path(order["programs"]), order["major"], order["settings"]))
