"""Found by Python in processes whose PYTHONPATH names this folder: writes down how long the collector holds them up.

A line is the moment it began (monotonic seconds), the milliseconds it took, and the generation that was collected.
"""

import gc
import os
import time

_folder = os.environ.get("BENCH_PAUSES")
_began = [0.0]


def _note(phase: str, info: dict[str, int]) -> None:
    if phase == "start":
        _began[0] = time.monotonic()
        return
    milliseconds = (time.monotonic() - _began[0]) * 1000
    with open(f"{_folder}/{os.getpid()}", "a") as stream:
        stream.write(f"{_began[0]} {milliseconds} {info['generation']}\n")


if _folder:
    gc.callbacks.append(_note)
