"""In which order addons are loaded, and which of them have to stand aside. Pure functions over manifests.

An addon builds on the addons it depends on: it extends their models, changes their views, implements their
hooks. So each comes after all of its dependencies, and everything that is "in the order of the addons"
(overrides, changes of a form, hooks, seeds, migrations) follows from this one order::

                    base depth 0 the kernel's own addon: everyone needs it, nobody says so | crm_base depth
                    1 / \\ crm_leads crm_stock depth 2 equal depth: by name | \\ | crm_kpi acme_loyalty
                    depth 3 (acme_loyalty comes first, by name)

The order must not depend on what else is installed, or an addon could change the behaviour of two others by
its mere presence. Depth and then name has this property: a new addon moves only what depends on it.

Four things make an addon stand aside. They are decided in this order, because each may leave fewer for the
next:

1. *Itself*: no code, a broken manifest, the wrong kernel. `Found.error` says so already. 2. *A dependency*
that is missing or stands aside. This spreads upwards and is repeated after 3 and 4. 3. *A conflict*. The
addon that declares it gives way: its author said that it cannot work beside the other, while the other's
author may never have heard of it. Otherwise any addon could switch off `crm_base` by naming it. 4. *A
cycle*. Nobody in it can come first. All of its members stand aside, each told the whole circle.

An addon that stands aside is kept in the result, after the others, with the reason as its `error`: people
have to see it, and to be able to remove it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from core.errors import AddonError
from core.i18n import LazyString, _
from core.modules.discovery import Found
from core.modules.manifest import KERNEL, Manifest


def order(
    found: Iterable[Found], wanted: Iterable[str], *, complete: bool = True, bridged: bool = True
) -> list[Found]:
    """The `wanted` addons in loading order, the kernel's first; at the end, by name, those that stand aside.

    With `complete` the dependencies of wanted addons are taken along, as at an installation. Without it a
    dependency that is not wanted is a reason to stand aside, as at a start: its tables are not there. Bridges
    between addons that are taken come by themselves, but where `bridged` is off.
    """
    known = _by_name(found)
    asked = {KERNEL, *wanted}
    chosen = with_dependencies(known, asked) if complete else asked
    if bridged:
        usable = {name: one.manifest for name, one in known.items() if one.manifest and one.error is None}
        chosen = chosen | bridges(usable, chosen)
    aside: dict[str, AddonError] = {}
    for name in sorted(chosen):
        each = known.get(name)
        error = (
            each.error
            if each
            else AddonError(_("There is no code for the addon {name}.", name=name), addon=name)
        )
        if error is not None:
            aside[name] = error
    _spread(known, chosen, aside)
    _yield_to_conflicts(known, chosen, aside)
    _spread(known, chosen, aside)
    _break_cycles(known, chosen, aside)
    _spread(known, chosen, aside)
    depths = _depths(known, chosen - aside.keys())
    ready = sorted(depths, key=lambda name: (depths[name], name))
    return [known[name] for name in ready] + [_set_aside(known, name, aside[name]) for name in sorted(aside)]


def with_dependencies(found: Iterable[Found] | Mapping[str, Found], wanted: Iterable[str]) -> set[str]:
    """The `wanted` names and everything they need, directly or not, as far as there is code for it."""
    known = found if isinstance(found, Mapping) else _by_name(found)
    result: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in result:
            result.add(name)
            waiting += [need for need in _needs(known, name) if need in known]
    return result


def bridges(manifests: Mapping[str, Manifest], present: Collection[str]) -> set[str]:
    """The addons that install themselves beside those that are present, with each other's help too."""
    result: set[str] = set()
    grown = True
    while grown:
        new = {
            name for name, one in manifests.items()
            if one.auto_install and name not in result and name not in present
            and result.union(present, (KERNEL,)).issuperset(one.depends)
        }  # fmt: skip
        grown = bool(new)
        result |= new
    return result


def dependants(found: Iterable[Found] | Mapping[str, Found], names: Iterable[str]) -> set[str]:
    """Everything that needs one of `names`, directly or not, without the names themselves."""
    known = found if isinstance(found, Mapping) else _by_name(found)
    start = set(names)
    result: set[str] = set()
    grown = True
    while grown:
        new = {name for name in known if name not in result and {*_needs(known, name)} & (result | start)}
        grown = bool(new)
        result |= new
    return result - start


def knows(manifests: Mapping[str, Manifest], name: str, other: str) -> bool:
    """Whether `name` builds on `other`, directly or not: then it replaces parts of that one on purpose."""
    seen, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in seen and one in manifests:
            seen.add(one)
            waiting += manifests[one].depends
            if other in manifests[one].depends:
                return True
    return False


def blocked(name: str, dependency: str) -> AddonError:
    """The error of an addon whose dependency stands aside."""
    text = _("{name} needs {dependency}, which cannot be used itself.", name=name, dependency=dependency)
    return AddonError(text, addon=name)


def _by_name(found: Iterable[Found]) -> dict[str, Found]:
    known: dict[str, Found] = {}
    for each in found:
        known.setdefault(each.name, each)
    return known


def _needs(known: Mapping[str, Found], name: str) -> tuple[str, ...]:
    each = known.get(name)
    return tuple(each.manifest.depends) if each and each.manifest else ()


def _spread(known: Mapping[str, Found], chosen: set[str], aside: dict[str, AddonError]) -> None:
    """Set aside whatever needs something that is missing, not wanted, or set aside; as far as it goes."""
    grown = True
    while grown:
        grown = False
        for name in sorted(chosen - aside.keys()):
            reason = next(
                (text for need in _needs(known, name) if (text := _lack(known, chosen, aside, name, need))),
                None,
            )
            if reason is not None:
                aside[name] = reason
                grown = True


def _lack(
    known: Mapping[str, Found], chosen: set[str], aside: Mapping[str, AddonError], name: str, need: str
) -> AddonError | None:
    if need in aside:
        return blocked(name, need)
    if need in chosen or need == KERNEL:
        return None
    text: LazyString
    if need in known:
        text = _("{name} needs {dependency}, which is not installed.", name=name, dependency=need)
    else:
        text = _("{name} needs {dependency}, for which there is no code.", name=name, dependency=need)
    return AddonError(text, addon=name)


def _yield_to_conflicts(known: Mapping[str, Found], chosen: set[str], aside: dict[str, AddonError]) -> None:
    present = chosen - aside.keys()
    for name in sorted(present):
        manifest = known[name].manifest
        others = sorted(present & {*manifest.conflicts}) if manifest else []
        if others:
            text = _("{name} cannot be used together with {others}.", name=name, others=others)
            aside[name] = AddonError(text, addon=name)


def _break_cycles(known: Mapping[str, Found], chosen: set[str], aside: dict[str, AddonError]) -> None:
    while True:
        try:
            TopologicalSorter(_edges(known, chosen - aside.keys())).prepare()
        except CycleError as cycle:
            circle = _readable(cycle.args[1])
            text = _("These addons need each other in a circle: {circle}", circle=" → ".join(circle))
            aside |= {name: AddonError(text, addon=name) for name in circle}
        else:
            return


def _readable(cycle: list[str]) -> list[str]:
    """Who needs whom, beginning with the first by name; graphlib says it backwards and from anywhere."""
    ring = cycle[:0:-1]
    start = ring.index(min(ring))
    return [*ring[start:], *ring[:start], ring[start]]


def _edges(known: Mapping[str, Found], names: set[str]) -> dict[str, list[str]]:
    return {name: sorted(names & {*_needs(known, name)}) for name in sorted(names)}


def _depths(known: Mapping[str, Found], names: set[str]) -> dict[str, int]:
    edges = _edges(known, names)
    depths: dict[str, int] = {}
    for name in TopologicalSorter(edges).static_order():
        below = [depths[need] for need in edges[name]]
        depths[name] = 0 if name == KERNEL else 1 + max(below, default=0)
    return depths


def _set_aside(known: Mapping[str, Found], name: str, error: AddonError) -> Found:
    each = known.get(name)
    return replace(each, error=error) if each else Found(name, "", None, "missing", error=error)
