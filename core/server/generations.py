"""Generations of children: one serves, the next one is started beside it, and the older ones drain.

      want(2)            all ready
1 serves  ->  1 serves, 2 starts  ->  2 serves, 1 drains  ->  2 serves
                   |
                   +- a child ends or is too slow: 2 is killed, 1 goes on serving
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from core.server.children import Child, Kind

_log = logging.getLogger("keyuan.server")
_HEALTHY_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """Seconds that children get: to become ready, to finish what they began; and the pauses after crashes."""

    ready: float = 120
    drain: float = 30
    first_pause: float = 0.5
    longest_pause: float = 30


class StartFailed(Exception):
    """A child of the very first generation ended before it was ready; there is nothing to go on serving."""


@dataclass
class Fleet:
    """All children of one parent. `spawn` starts one, `forget` lets go of one that has ended.

    `tick` is called whenever something may have changed, and a few times per second anyway.
    """

    spawn: Callable[[Kind, int], Child]
    forget: Callable[[Child], None]
    counts: dict[Kind, int]
    limits: Limits
    generation: int = 1
    children: list[Child] = field(default_factory=list)
    starting: int | None = None
    is_serving: bool = False
    """True once a generation has become ready."""
    _wanted: int | None = None
    _failed: tuple[int, float] = (0, 0)
    _crashes: int = 0
    _restart_at: float = 0

    @property
    def wanted(self) -> int | None:
        """The generation that is started as soon as the one that starts now serves or has failed."""
        return self._wanted

    def begin(self) -> None:
        """Start the first generation."""
        self._launch(self.generation)

    def want(self, generation: int) -> None:
        """Ask for a later generation; what is older than the newest, or has just failed, is ignored."""
        newest = self.generation if self.starting is None else self.starting
        number, when = self._failed
        if generation == number and time.monotonic() < when + self.limits.longest_pause:
            _log.warning("generation %d has just failed to start and is not tried again yet", number)
        elif generation > max(newest, self._wanted or 0):
            self._wanted = generation

    def tick(self) -> None:
        """Take note of ended and ready children, and do what follows from that."""
        for child in [one for one in self.children if one.has_ended()]:
            self.children.remove(child)
            self.forget(child)
            self._ended(child)
        for child in list(self.children):
            if child.is_orphan and not child.is_ending:
                child.end(self.limits.drain)
                self._lost(child.generation, f"{child} has lost the process that started it", child.age)
            elif child.enforce():
                _log.warning("%s did not end in time and was killed", child)
            elif not child.is_ready and not child.is_ending and child.age > self.limits.ready:
                self._too_slow(child)
        if self.starting is not None:
            self._look_at_starting(self.starting)
        elif self._wanted is not None and self.is_serving:
            self.starting, self._wanted = self._wanted, None
            _log.info("generation %d starts beside generation %d", self.starting, self.generation)
            self._launch(self.starting)
        if self.is_serving and time.monotonic() >= self._restart_at:
            self._launch(self.generation)
        if not self.is_serving and self._is_ready(self.generation):
            self.is_serving = True

    def end(self) -> None:
        """Drain every child."""
        for child in self.children:
            child.end(self.limits.drain)

    def _launch(self, generation: int) -> None:
        """Start what is missing in a generation."""
        for kind, count in self.counts.items():
            living = sum(
                c.kind == kind and c.generation == generation and not c.is_ending for c in self.children
            )
            for _missing in range(count - living):
                try:
                    self.children.append(self.spawn(kind, generation))
                except OSError as error:
                    self._lost(generation, f"a {kind} child cannot be started: {error}", 0)
                    return

    def _of(self, generation: int) -> list[Child]:
        return [child for child in self.children if child.generation == generation and not child.is_ending]

    def _is_ready(self, generation: int) -> bool:
        members = self._of(generation)
        return len(members) == sum(self.counts.values()) and all(child.is_ready for child in members)

    def _look_at_starting(self, generation: int) -> None:
        if self._is_ready(generation):
            for child in self.children:
                if child.generation != generation:
                    child.end(self.limits.drain)
            _log.info("generation %d serves, generation %d drains", generation, self.generation)
            self.generation, self.starting, self._crashes = generation, None, 0

    def _too_slow(self, child: Child) -> None:
        child.kill()
        self._lost(child.generation, f"{child} was not ready after {self.limits.ready:g} seconds", child.age)

    def _ended(self, child: Child) -> None:
        if not child.is_ending:
            self._lost(child.generation, f"{child} ended with exit code {child.exit_code}", child.age)

    def _lost(self, generation: int, what: str, age: float) -> None:
        """A child that should be there is not: give a new generation up, or replace it after a pause."""
        if generation == self.starting:
            _log.error("%s; generation %d goes on serving", what, self.generation)
            for child in self._of(generation):
                child.kill()
            self.starting, self._failed = None, (generation, time.monotonic())
        elif not self.is_serving:
            raise StartFailed(what)
        elif generation == self.generation:
            self._crashes = 0 if age > _HEALTHY_SECONDS else self._crashes + 1
            pause = min(self.limits.longest_pause, self.limits.first_pause * 2 ** max(0, self._crashes - 1))
            self._restart_at = time.monotonic() + pause
            _log.error("%s; it is replaced in %g seconds", what, pause)
