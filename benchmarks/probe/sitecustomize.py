"""Found by Python in processes whose PYTHONPATH names this folder: writes down how long the collector holds them up.

A line is the moment it began (monotonic seconds), the milliseconds it took, and whether a thread that answers requests
was held up by it, or the main thread between requests.
"""

import gc
import os
import threading
import time

_folder = os.environ.get("BENCH_PAUSES")
_began = [0.0]


def _note(phase: str, info: dict[str, int]) -> None:
    if phase == "start":
        _began[0] = time.monotonic()
        return
    milliseconds = (time.monotonic() - _began[0]) * 1000
    with open(f"{_folder}/{os.getpid()}", "a") as stream:
        where = "between" if threading.current_thread() is threading.main_thread() else "request"
        stream.write(f"{_began[0]} {milliseconds} {where}\n")


if _folder:
    gc.callbacks.append(_note)
