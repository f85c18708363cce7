"""Events as authors write them: one addon announces what happened, others answer.

The event is an ordinary typed function and is called like one; a type checker checks the call::

    @hookspec
    def lead_closed(env: Env, lead: Lead) -> None: ...

    lead_closed(env=env, lead=lead)              # in crm_leads: everybody who implements it is called

    @implements(lead_closed)                     # in another addon's hooks.py
    def thank_the_customer(env: Env, lead: Lead) -> None: ...

Implementations run in the order of their addons and within an addon as written; those of addons that are
off in the company of `env` do not run. They may take fewer arguments than announced. An exception ends the
call and refuses what was going on. Events that the kernel announces for every model can be asked for one of
them: `@implements(after_create, model=Activity)`.

Hooks are for events, never for changing what another addon does: that is `extend=True`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, ParamSpec, Protocol, TypeVar

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.modules.marks import Mark

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_IMPLEMENTED: Final = "__keyuan_implements__"


class Caller(Protocol):
    """What an event needs to know of the `Env` it happens in."""

    @property
    def addons(self) -> frozenset[str]: ...


class Dispatcher(Protocol):
    """Who finds and calls the implementations: `core.modules.hooks.Hooks`."""

    def call(self, spec: HookSpec[..., Any], addons: frozenset[str], **arguments: Any) -> list[Any]: ...


_dispatcher: Dispatcher | None = None


def use_hooks(dispatcher: Dispatcher | None) -> None:
    """Make `dispatcher` the one of this process. The composition calls this once, when it is complete."""
    global _dispatcher
    _dispatcher = dispatcher


def current_hooks() -> Dispatcher:
    """The dispatcher of this process. Raises RuntimeError before the addons are composed."""
    if _dispatcher is None:
        raise RuntimeError("events can be announced only after the addons are composed")
    return _dispatcher


class HookSpec(Generic[P, R]):
    """An announced event. Calling it calls the implementations and lists what they return, None left out."""

    __keyuan_mark__: ClassVar[Mark] = "hookspec"
    __name__: str
    __qualname__: str

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self.function: Final = function
        self.signature: Final = inspect.signature(function)
        self.arguments: Final = tuple(self.signature.parameters)
        _check_plain(function)
        if self.arguments[:1] != ("env",):
            text = _(
                "{hook} needs env as its first argument: it says whose addons are asked.", hook=self.full_name
            )
            raise _mistake(function, text)

    @property
    def full_name(self) -> str:
        """Module and name, since two addons may announce events of the same name."""
        return f"{self.__module__}.{self.__name__}"

    @property
    def is_per_model(self) -> bool:
        """Whether implementations may ask for one model only."""
        return "model" in self.arguments

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        given = self.signature.bind(*args, **kwargs).arguments
        caller: Caller = given["env"]
        return current_hooks().call(self, caller.addons, **given)

    def __repr__(self) -> str:
        return f"<hook {self.full_name}>"


@dataclass(frozen=True)
class Implemented:
    """One event that a function implements, perhaps for one model only."""

    spec: HookSpec[..., Any]
    model: type | None


def hookspec(function: Callable[P, R]) -> HookSpec[P, R]:
    """Announce an event: its name, arguments and docstring are the contract with those who implement it."""
    return HookSpec(function)


def implements(spec: HookSpec[..., Any], *, model: type | None = None) -> Callable[[F], F]:
    """Answer an event; may stand several times above one function. `model` narrows an event of every model
    to one.

    Raises `CompositionError`, which names both functions, when the arguments do not fit.
    """

    def mark(function: F) -> F:
        _check_plain(function)
        _check_arguments(function, spec)
        if model is not None and not spec.is_per_model:
            text = _("{function} asks for a model, but {hook} is not announced per model.",
                     function=_name(function), hook=spec.full_name)  # fmt: skip
            raise _mistake(function, text)
        vars(function)["__keyuan_mark__"] = "hookimpl"
        vars(function)[_IMPLEMENTED] = (Implemented(spec, model), *implemented(function))
        return function

    return mark


def implemented(function: Callable[..., Any]) -> tuple[Implemented, ...]:
    """The events that a function implements, as they stand above it."""
    noted: tuple[Implemented, ...] = getattr(function, _IMPLEMENTED, ())
    return noted


def _check_arguments(function: Callable[..., Any], spec: HookSpec[..., Any]) -> None:
    unknown = [name for name in inspect.signature(function).parameters if name not in spec.arguments]
    if unknown:
        text = _("{function} takes {names}, but {hook} announces only {arguments}.",
                 function=_name(function), names=unknown, hook=spec.full_name,
                 arguments=list(spec.arguments))  # fmt: skip
        raise _mistake(function, text)


def _check_plain(function: Callable[..., Any]) -> None:
    """Refuse what would silently never run or never get its arguments."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        text = _(
            "{function} must be an ordinary function: neither async nor a generator.",
            function=_name(function),
        )
        raise _mistake(function, text)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or parameter.default is not parameter.empty:
            text = _("{function}: the argument {name} must be a plain one, without * and without a default.",
                     function=_name(function), name=parameter.name)  # fmt: skip
            raise _mistake(function, text)


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _mistake(function: Callable[..., Any], text: LazyString) -> CompositionError:
    code = inspect.unwrap(function).__code__
    return CompositionError(text, file=code.co_filename, line=code.co_firstlineno)
