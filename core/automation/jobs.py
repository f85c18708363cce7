"""How an addon declares work for the queue (`jobs.py` of the addon)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from core.i18n import LazyString

JobFunction = Callable[..., dict[str, Any] | None]
MAX_ATTEMPTS: Final = 5


@dataclass(frozen=True, eq=False)
class JobDeclaration:
    """A function that the worker runs: `function(env, run, **arguments)`, in one transaction of one company."""

    __keyuan_mark__: ClassVar[str] = "job"

    function: JobFunction
    title: LazyString
    attempts: int = MAX_ATTEMPTS
    every: timedelta | None = None
    """A periodic job runs once per period and company where its addon is on, whatever the number of workers."""
    forget: Callable[[Mapping[str, Any]], object] | None = None
    """Removes the files that a job's arguments name, which may hold anybody: called when somebody's data are erased."""

    @property
    def name(self) -> str:
        """Module and function: stable as long as the function is not renamed."""
        return f"{self.function.__module__}.{self.function.__name__}"


def job(
    title: LazyString,
    *,
    attempts: int = MAX_ATTEMPTS,
    every: timedelta | None = None,
    forget: Callable[[Mapping[str, Any]], object] | None = None,
) -> Callable[[JobFunction], JobDeclaration]:
    """Declare a job. It may run again after an error, so it has to find what it did before."""

    def declare(function: JobFunction) -> JobDeclaration:
        return JobDeclaration(function, title, attempts, every, forget)

    return declare
