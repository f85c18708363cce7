"""What the system says of running processes: which belong together, their CPU time, their memory. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_PARENT: Final = 1
"""Place of the parent's number in /proc/PID/stat, counted after the command in brackets."""
_TIMES: Final = slice(11, 15)
"""User and system time, its own and that of its ended children."""
_NANO: Final = 1e-9


@dataclass(frozen=True)
class Memory:
    """Megabytes: all that is mapped, and what would be free if the process ended (no other one shares it)."""

    resident: float
    private: float


def descendants(pid: int) -> list[int]:
    """Processes below `pid`, without itself."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[_PARENT]), []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return sorted(found)


def leaves(pid: int) -> list[int]:
    """Processes below `pid` that have none below themselves: those that do the work."""
    return [one for one in descendants(pid) if not descendants(one)]


def cpu_seconds(pids: list[int]) -> float:
    """CPU time of all living threads, to the nanosecond: the ticks of /proc/PID/stat are as long as a page takes."""
    total = 0
    for pid in pids:
        for task in (_PROC / str(pid) / "task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total * _NANO


def spent_seconds(pid: int) -> float:
    """CPU time of a process and everything it has started, ended or not; in ticks of a hundredth of a second."""
    ticks = 0
    for one in (pid, *descendants(pid)):
        fields = (_PROC / str(one) / "stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(value) for value in fields[_TIMES])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> Memory:
    """Of one process, from /proc/PID/smaps_rollup."""
    kilobytes = {}
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
        name, _colon, rest = line.partition(":")
        kilobytes[name] = int(rest.split()[0])
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(kilobytes["Rss"] / 1024, private / 1024)
