"""What an author is told, at the line that made it, about an event or an answer that cannot work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.errors import CompositionError
from core.modules.events import hookspec, implements
from core.modules.hookspecs import KERNEL_EVENTS


class Lead:
    """Stands for a model."""


@hookspec
def lead_closed(env: Any, lead: Any) -> str:
    """A lead was closed."""


def test_an_answer_with_unknown_arguments_names_both_functions_and_the_line() -> None:
    with pytest.raises(CompositionError) as caught:

        @implements(lead_closed)
        def hear(env: Any, customer: Any, when: Any) -> None: ...

    message = str(caught.value.message)
    assert "hear takes customer, when, but" in message
    assert f"{lead_closed.full_name} announces only env, lead." in message
    assert caught.value.file == __file__
    assert caught.value.line is not None


def _with_default(env: Any, lead: Any = None) -> None: ...
def _with_star(env: Any, *lead: Any) -> None: ...
def _with_stars(env: Any, **lead: Any) -> None: ...
def _keyword_only(env: Any, *, lead: Any) -> None: ...
async def _async(env: Any) -> None:
    await asyncio.sleep(0)


def _generator(env: Any) -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    "function", [_with_default, _with_star, _with_stars, _keyword_only, _async, _generator]
)
def test_functions_that_would_silently_not_run_are_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(CompositionError, match=function.__name__):
        implements(lead_closed)(function)
    with pytest.raises(CompositionError, match=function.__name__):
        hookspec(function)


def test_an_event_needs_env_and_a_model_to_be_narrowed() -> None:
    def without(lead: Any) -> None: ...

    with pytest.raises(CompositionError, match="needs env as its first argument"):
        hookspec(without)
    with pytest.raises(CompositionError, match="is not announced per model"):
        implements(lead_closed, model=Lead)(without)


def test_every_event_of_the_kernel_is_documented_and_comes_per_model() -> None:
    named = [
        f"{when}_{what}"
        for what in ("create", "write", "delete", "transition")
        for when in ("before", "after")
    ]
    assert sorted(spec.__name__ for spec in KERNEL_EVENTS) == sorted([*named, "after_restore", "after_erase"])
    for spec in KERNEL_EVENTS:
        assert spec.__doc__ and spec.__doc__.endswith(".")
        assert spec.arguments[:2] == ("env", "model")
