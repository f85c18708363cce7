"""The Env of the running request, job or command: what overriding methods and rules ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.orm.env import Env

_current: ContextVar[Env | None] = ContextVar("keyuan_env", default=None)


def current_env() -> Env:
    """The Env this code runs in. Outside of one, nothing may be read: that is an error of the caller."""
    env = _current.get()
    if env is None:
        raise LookupError("no Env is active here: run inside a request, a job or `with use_env(env)`")
    return env


def enabled_addons() -> frozenset[str] | None:
    """The addons switched on for the current company; None outside of any company (all code runs)."""
    env = _current.get()
    return None if env is None else env.addons


@contextmanager
def use_env(env: Env) -> Iterator[Env]:
    """Make `env` the current one for the block."""
    token = _current.set(env)
    try:
        yield env
    finally:
        _current.reset(token)
