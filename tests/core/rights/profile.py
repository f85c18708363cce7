"""How many deployments a test makes up: a few, always the same, unless somebody asks for a thorough look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hypothesis import HealthCheck, Phase, example, settings

from tests.core.rights.cases import CASES

THOROUGH: Final = 40
"""Times as many examples, and other ones each time."""


def examples(number: int) -> Callable[[Any], Any]:
    """The settings of a test that needs `number` examples in the usual run.

    A failure is not made smaller there, which would take minutes: the thorough run does.
    """
    thorough = settings.get_current_profile_name() == "thorough"
    return settings(
        max_examples=number * (THOROUGH if thorough else 1), derandomize=not thorough, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=list(Phase) if thorough else [Phase.explicit, Phase.generate],
    )  # fmt: skip


def cases(test: Any) -> Any:
    """The deployments of `cases.py`, before those that are made up."""
    for office in CASES:
        test = example(office=office)(test)
    return test
