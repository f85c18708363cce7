"""Events: who is called, in which order, for which companies and models; and what authors are told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import AddonError, CompositionError, UserError
from core.i18n import LazyString
from core.modules.discovery import Found
from core.modules.hooks import Hooks, HookSpec, hookspec, implements, use_hooks
from core.modules.hookspecs import after_create, before_create
from core.modules.loader import LoadedAddon, Marked
from core.modules.manifest import KERNEL, Manifest


class Lead:
    """Stands for a model; its key follows from the name here."""


class Activity:
    """Another model."""


def key_of(model: type) -> str:
    return f"toy.{model.__name__.lower()}"


@hookspec
def lead_closed(env: Any, lead: Any) -> str:
    """A lead was closed."""


@pytest.fixture(autouse=True)
def _no_hooks_left() -> Iterator[None]:
    yield
    use_hooks(None)


def addon(name: str, *declared: Any) -> LoadedAddon:
    found = Found(
        name, name, Path("/nowhere"), "folder", manifest=Manifest(name=name, title=name, version="1.0")
    )
    return LoadedAddon(found, [Marked(each.__keyuan_mark__, each, name) for each in declared])


def answer(
    spec: HookSpec[..., Any], heard: list[str], word: str, model: type | None = None
) -> Callable[..., str]:
    @implements(spec, model=model)
    def hear(env: Any) -> str:
        heard.append(word)
        return word

    return hear


def env(*addons: str) -> Any:
    return SimpleNamespace(addons=frozenset(addons))


ALL = frozenset({"zoo_first", "toy_second", "acme_third"})


def three(heard: list[str], **settings: Any) -> Hooks:
    """Three addons in an order that is not that of their names."""
    loaded = [
        addon("zoo_first", lead_closed, answer(lead_closed, heard, "first")),
        addon("toy_second", answer(lead_closed, heard, "second a"), answer(lead_closed, heard, "second b")),
        addon("acme_third", answer(lead_closed, heard, "third")),
    ]
    return Hooks(loaded, key_of, **settings)


def test_calling_the_event_calls_all_in_the_order_of_the_addons() -> None:
    heard: list[str] = []
    use_hooks(three(heard))
    expected = ["first", "second a", "second b", "third"]
    assert lead_closed(env=env(*ALL), lead=Lead()) == expected
    assert heard == expected
    assert lead_closed(env(*ALL), Lead()) == expected


def test_addons_that_are_off_in_the_company_are_not_called() -> None:
    heard: list[str] = []
    use_hooks(three(heard))
    assert lead_closed(env=env("zoo_first", "acme_third"), lead=Lead()) == ["first", "third"]
    assert lead_closed(env=env(), lead=Lead()) == []
    assert lead_closed(env=env(*ALL), lead=Lead()) == ["first", "second a", "second b", "third"]


def test_the_kernels_own_addon_is_never_off() -> None:
    heard: list[str] = []
    use_hooks(
        Hooks([addon(KERNEL, answer(lead_closed, heard, "kernel")), addon("zoo_first", lead_closed)], key_of)
    )
    assert lead_closed(env=env(), lead=Lead()) == ["kernel"]


def test_the_filtered_caller_is_made_once_per_set_of_addons(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = three([])
    made: list[str] = []
    subset = hooks._manager.subset_hook_caller

    def counted(name: str, remove_plugins: Any) -> Any:
        made.append(name)
        return subset(name, remove_plugins)

    monkeypatch.setattr(hooks._manager, "subset_hook_caller", counted)
    for _round in range(3):
        for addons in (ALL, frozenset({"zoo_first"})):
            hooks.call(lead_closed, addons, env=None, lead=None)
    assert len(made) == 2


def test_results_of_none_are_left_out_and_fewer_arguments_are_enough() -> None:
    @implements(lead_closed)
    def silent() -> None: ...

    @implements(lead_closed)
    def named(lead: Any) -> str:
        return type(lead).__name__

    use_hooks(Hooks([addon("zoo_first", lead_closed, silent, named)], key_of))
    assert lead_closed(env=env("zoo_first"), lead=Lead()) == ["Lead"]


def test_an_exception_ends_the_call_passes_and_names_addon_and_event() -> None:
    heard: list[str] = []

    @implements(lead_closed)
    def refuse(lead: Any) -> None:
        raise UserError(LazyString("toy_second", "Not on a Friday."))

    loaded = [
        addon("zoo_first", lead_closed, answer(lead_closed, heard, "first")),
        addon("toy_second", refuse),
        addon("acme_third", answer(lead_closed, heard, "third")),
    ]
    use_hooks(Hooks(loaded, key_of))
    with pytest.raises(UserError, match="Not on a Friday") as caught:
        lead_closed(env=env(*ALL), lead=Lead())
    assert heard == ["first"]
    assert caught.value.__notes__ == [f"in addon 'toy_second', hook {lead_closed.full_name}"]


def test_a_call_with_wrong_arguments_is_a_mistake_of_the_caller() -> None:
    use_hooks(three([]))
    with pytest.raises(TypeError, match="missing a required argument: 'lead'"):
        lead_closed(env=env(*ALL))  # type: ignore[call-arg]


def test_before_the_addons_are_composed_nothing_can_be_announced() -> None:
    with pytest.raises(RuntimeError, match="after the addons are composed"):
        lead_closed(env=env(), lead=Lead())


def test_an_event_of_every_model_reaches_general_and_narrowed_answers_in_one_order() -> None:
    heard: list[str] = []
    loaded = [
        addon("zoo_first", answer(after_create, heard, "1 lead", Lead), answer(after_create, heard, "1 all")),
        addon(
            "toy_second", answer(after_create, heard, "2 all"), answer(after_create, heard, "2 act", Activity)
        ),
        addon(
            "acme_third", answer(after_create, heard, "3 lead", Lead), answer(before_create, heard, "wrong")
        ),
    ]
    hooks = Hooks(loaded, key_of)
    given: dict[str, Any] = {"env": None, "records": []}
    assert hooks.model_event("after_create", "toy.lead", ALL, model=Lead, **given) == [
        "1 lead", "1 all", "2 all", "3 lead",
    ]  # fmt: skip
    assert hooks.model_event("after_create", "toy.activity", ALL, model=Activity, **given) == [
        "1 all",
        "2 all",
        "2 act",
    ]
    assert hooks.model_event("after_create", "toy.other", ALL, model=object, **given) == ["1 all", "2 all"]
    only = frozenset({"acme_third"})
    assert hooks.model_event("after_create", "toy.lead", only, model=Lead, **given) == ["3 lead"]
    assert hooks.call(after_create, ALL, model=Activity, **given) == ["1 all", "2 all", "2 act"]
    assert "wrong" not in heard


def test_whether_anybody_listens_is_known_without_calling() -> None:
    heard: list[str] = []
    hooks = Hooks([addon("toy_second", answer(after_create, heard, "x", Lead))], key_of)
    assert hooks.listens("after_create", "toy.lead", ALL)
    assert not hooks.listens("after_create", "toy.lead", frozenset({"zoo_first"}))
    assert not hooks.listens("after_create", "toy.activity", ALL)
    assert not hooks.listens("before_create", "toy.lead", ALL)
    assert heard == []


def test_one_function_may_answer_several_events() -> None:
    heard: list[str] = []

    @implements(after_create, model=Lead)
    @implements(after_create, model=Activity)
    @implements(lead_closed)
    def hear() -> None:
        heard.append("x")

    hooks = Hooks([addon("zoo_first", lead_closed, hear)], key_of)
    hooks.model_event("after_create", "toy.lead", ALL, env=None, model=Lead, records=[])
    hooks.model_event("after_create", "toy.activity", ALL, env=None, model=Activity, records=[])
    hooks.model_event("after_create", "toy.other", ALL, env=None, model=object, records=[])
    hooks.call(lead_closed, ALL, env=None, lead=None)
    assert heard == ["x", "x", "x"]


def test_events_of_the_same_name_in_two_addons_are_two_events() -> None:
    heard: list[str] = []
    other = hookspec(_renamed(lead_closed.function, "elsewhere.hookspecs"))
    loaded = [
        addon("zoo_first", lead_closed, answer(lead_closed, heard, "ours")),
        addon("toy_second", other, answer(other, heard, "theirs")),
    ]
    use_hooks(Hooks(loaded, key_of))
    assert other(env=env(*ALL), lead=None) == ["theirs"]
    assert lead_closed(env=env(*ALL), lead=None) == ["ours"]


def _renamed(function: Callable[..., Any], module: str) -> Callable[..., Any]:
    def lead_closed(env: Any, lead: Any) -> None: ...

    lead_closed.__module__, lead_closed.__qualname__ = module, function.__qualname__
    return lead_closed


def test_an_event_that_no_addon_announces_cannot_be_called_or_answered() -> None:
    use_hooks(Hooks([], key_of))
    with pytest.raises(LookupError, match="announced by no addon"):
        lead_closed(env=env(), lead=Lead())
    with pytest.raises(CompositionError, match="which no loaded addon announces"):
        Hooks([addon("acme_third", answer(lead_closed, [], "x"))], key_of)


def test_quarantined_addons_take_no_part() -> None:
    heard: list[str] = []
    broken = replace(addon("toy_second", answer(lead_closed, heard, "broken")), error=AddonError())
    use_hooks(Hooks([addon("zoo_first", lead_closed), broken], key_of))
    assert lead_closed(env=env(*ALL), lead=None) == []


def test_the_trace_tells_who_was_called_and_how_long_it_took() -> None:
    trace = io.StringIO()
    hooks = three([], trace=trace)
    hooks.call(lead_closed, frozenset({"zoo_first", "toy_second"}), env=None, lead=None)
    hooks.call(lead_closed, frozenset(), env=None, lead=None)
    first, second = trace.getvalue().splitlines()
    assert first.startswith(
        f"hook {lead_closed.full_name}(env, lead): zoo_first.hear, toy_second.hear, toy_second.hear in "
    )
    assert first.endswith(" ms")
    assert ": nobody in " in second
