"""Finds and calls the implementations of events (`events.py` is the authors' side). pluggy stays in here.

Each addon is one pluggy plugin, registered so that pluggy calls them in the order of the addons. An event
of every model has one pluggy hook for the models that nobody asked for in particular, and one more for each
model that somebody did, which holds the general implementations too: so one order holds, and the others pay
nothing.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

from pluggy import HookCaller, HookimplOpts, HookspecOpts, PluginManager

from core.errors import CompositionError
from core.i18n import _
from core.modules.events import HookSpec, current_hooks, hookspec, implemented, implements, use_hooks
from core.modules.hookspecs import KERNEL_EVENTS
from core.modules.loader import LoadedAddon
from core.modules.manifest import KERNEL

__all__ = ["HookSpec", "Hooks", "current_hooks", "hookspec", "implemented", "implements", "use_hooks"]

_NAMED: Final[Mapping[str, HookSpec[..., Any]]] = {spec.__name__: spec for spec in KERNEL_EVENTS}


class Hooks:
    """The events of one composition and those who answer them."""

    def __init__(
        self,
        loaded: Iterable[LoadedAddon],
        key_of: Callable[[Any], str] | None = None,
        *,
        trace: TextIO | None = None,
    ) -> None:
        """`key_of` gives the key (`crm_leads.lead`) of a model; by default the composer has written it there.

        `trace` gets one line per event: who was called, and the milliseconds that took.
        """
        addons = [addon for addon in loaded if addon.error is None]
        self._key_of = key_of or _composed_key
        self._trace = trace
        self._manager = _Manager("keyuan")
        self._plugins = {addon.name: _Plugin(addon.name) for addon in addons}
        self._narrowed: dict[tuple[str, str], str] = {}
        self._callers: dict[tuple[str, frozenset[str]], HookCaller | None] = {}
        self._specs = _specs_of(addons)
        answers = [answer for addon in addons for answer in self._answers_of(addon)]
        self._announce({(answer.spec, answer.key) for answer in answers if answer.key is not None})
        for answer in answers:
            for name in self._names(answer):
                self._plugins[answer.addon].add(name, answer)
        for addon in reversed(addons):  # pluggy calls the last registered first
            self._manager.register(self._plugins[addon.name], name=addon.name)

    def call(self, spec: HookSpec[..., Any], addons: frozenset[str], **arguments: Any) -> list[Any]:
        """Announce an event to the implementations of the enabled `addons`; their results, None left out."""
        if spec.is_per_model:
            return self._model_event(spec, self._key_of(arguments["model"]), addons, arguments)
        return self._run(spec.full_name, addons, arguments, spec)

    def model_event(self, event: str, model_key: str, addons: frozenset[str], **arguments: Any) -> list[Any]:
        """Announce one of the kernel's events, such as "after_create", for the model of that key."""
        return self._model_event(_NAMED[event], model_key, addons, arguments)

    def listens(self, event: str, model_key: str, addons: frozenset[str]) -> bool:
        """Whether anybody would be called: the data layer loads records for listeners only."""
        spec = _NAMED[event]
        name = self._narrowed.get((spec.full_name, model_key), spec.full_name)
        return self._caller(name, addons, spec) is not None

    def answered_by(self, addon: str, addons: frozenset[str]) -> list[str]:
        """The events of which this addon would hear in a company with `addons` on; for checks, not for calls."""
        plugin = self._plugins.get(addon)
        heard = []
        for name in dict.fromkeys(plugin.hooks.values()) if plugin is not None else ():
            caller = self._caller(name, addons, self._spec_of(name))
            if caller is not None and any(answer.plugin is plugin for answer in caller.get_hookimpls()):
                heard.append(name)
        return heard

    def _spec_of(self, name: str) -> HookSpec[..., Any]:
        narrowed = {hook: spec for (spec, _key), hook in self._narrowed.items()}
        return self._specs[narrowed.get(name, name)]

    def _model_event(
        self, spec: HookSpec[..., Any], key: str, addons: frozenset[str], arguments: Mapping[str, Any]
    ) -> list[Any]:
        name = self._narrowed.get((spec.full_name, key), spec.full_name)
        return self._run(name, addons, arguments, spec)

    def _run(
        self, name: str, addons: frozenset[str], arguments: Mapping[str, Any], spec: HookSpec[..., Any]
    ) -> list[Any]:
        caller = self._caller(name, addons, spec)
        started = time.perf_counter()
        results: list[Any] = caller(**arguments) if caller is not None else []
        if self._trace is not None:
            self._trace.write(_line(name, arguments, caller, time.perf_counter() - started))
        return results

    def _caller(self, name: str, addons: frozenset[str], spec: HookSpec[..., Any]) -> HookCaller | None:
        try:
            return self._callers[name, addons]
        except KeyError:
            caller = self._callers[name, addons] = self._subset(name, addons, spec)
            return caller

    def _subset(self, name: str, addons: frozenset[str], spec: HookSpec[..., Any]) -> HookCaller | None:
        """The caller for one set of enabled addons; None when nobody is to be called."""
        if spec.full_name not in self._specs:
            raise LookupError(f"{spec!r} is announced by no addon of this composition")
        off = [plugin for addon, plugin in self._plugins.items() if addon not in addons and addon != KERNEL]
        caller = self._manager.subset_hook_caller(name, off)
        return caller if caller.get_hookimpls() else None

    def _answers_of(self, addon: LoadedAddon) -> Iterable[_Answer]:
        for function in addon.collect("hookimpl"):
            for on in implemented(function):
                if self._specs.get(on.spec.full_name) is not on.spec:
                    text = _("{function} implements {hook}, which no loaded addon announces.",
                             function=f"{function.__module__}.{function.__qualname__}",
                             hook=on.spec.full_name)  # fmt: skip
                    raise CompositionError(text, addon=addon.name)
                key = self._key_of(on.model) if on.model is not None else None
                yield _Answer(addon.name, on.spec.full_name, key, function)

    def _announce(self, narrowed: set[tuple[str, str | None]]) -> None:
        announced = self._manager.announced
        announced |= {name: spec.function for name, spec in self._specs.items()}
        for name, key in narrowed:
            hook = self._narrowed[name, str(key)] = f"{name} of {key}"
            announced[hook] = self._specs[name].function
        self._manager.add_hookspecs(type("Announced", (), dict(announced)))

    def _names(self, answer: _Answer) -> list[str]:
        """The pluggy hooks of an answer: its model's, or the general one and those of single models."""
        if answer.key is not None:
            return [self._narrowed[answer.spec, answer.key]]
        return [answer.spec, *(hook for (spec, _key), hook in self._narrowed.items() if spec == answer.spec)]


@dataclass(frozen=True)
class _Answer:
    """A function of an addon that implements an event, perhaps for the model of one key."""

    addon: str
    spec: str
    key: str | None
    function: Callable[..., Any]


@dataclass(eq=False)
class _Plugin:
    """An addon as pluggy sees it. `hooks` names the event that each of its functions implements."""

    addon: str
    hooks: dict[str, str] = field(default_factory=dict)

    def add(self, hook: str, answer: _Answer) -> None:
        # pluggy registers attributes by name and calls the last one first
        attribute = f"answer_{99_999 - len(self.hooks):05}"
        self.hooks[attribute] = hook
        vars(self)[attribute] = _named_in_errors(answer)


class _Manager(PluginManager):
    """Takes the options from our own declarations, so that no author meets pluggy's markers."""

    def __init__(self, project_name: str) -> None:
        super().__init__(project_name)
        self.announced: dict[str, Callable[..., Any]] = {}

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        hook = plugin.hooks.get(name) if isinstance(plugin, _Plugin) else None
        if hook is None:
            return None
        return {
            "wrapper": False, "hookwrapper": False, "optionalhook": False,
            "tryfirst": False, "trylast": False,
            "specname": hook,
        }  # fmt: skip

    def parse_hookspec_opts(self, module_or_class: object, name: str) -> HookspecOpts | None:
        if name not in self.announced:
            return None
        return {"firstresult": False, "historic": False, "warn_on_impl": None, "warn_on_impl_args": None}


def _composed_key(model: Any) -> str:
    key: str = model.__composed__.__model_info__.key
    return key


def _specs_of(addons: Iterable[LoadedAddon]) -> dict[str, HookSpec[..., Any]]:
    announced = [spec for addon in addons for spec in addon.collect("hookspec")]
    return {spec.full_name: spec for spec in (*KERNEL_EVENTS, *announced)}


def _line(name: str, arguments: Iterable[str], caller: HookCaller | None, seconds: float) -> str:
    answers = reversed(caller.get_hookimpls()) if caller is not None else ()
    called = ", ".join(f"{answer.plugin_name}.{answer.function.__name__}" for answer in answers)
    return f"hook {name}({', '.join(arguments)}): {called or 'nobody'} in {seconds * 1000:.2f} ms\n"


def _named_in_errors(answer: _Answer) -> Callable[..., Any]:
    """The function, with addon and hook noted on every exception that leaves it."""

    @functools.wraps(answer.function)
    def answered(*args: Any) -> Any:
        try:
            return answer.function(*args)
        except Exception as error:
            error.add_note(f"in addon {answer.addon!r}, hook {answer.spec}")
            raise

    return answered
