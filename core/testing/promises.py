"""Whether what the kernel says of a right is what happens: `can`, `explain` and the buttons against the deed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from core.errors import AccessDenied, NotFound, UserError
from core.orm.env import Env
from core.orm.methods import Method
from core.testing.conformance import Ids, Population

Deed = Callable[[Any], Any]


def broken_promises(env: Env, population: Population, values: Mapping[str, Any]) -> Iterator[str]:
    """For each live record: read, update (of `values`) and delete, and the methods without a button.

    Whatever happens is taken back.
    """
    info = population.info
    deeds: dict[str, Deed] = {"delete": env.delete}
    if values:
        deeds["update"] = lambda record: env.write(record, **values)
    for key in sorted(population.live):
        record = env.load(info, [key])[0]
        says = {action: env.can(action, record) for action in ("read", "update", "delete")}
        for action, can in says.items():
            if env.explain(action, record).allowed != can:
                yield f"{info.key} {key}: explain({action}) says the contrary of can"
        offered = {method.name for method in env.allowed_methods(record)}
        hidden = [
            method for name, method in info.methods.items() if not method.automatic and name not in offered
        ]
        for method in hidden:
            if was_done(env, population, key, _run(env, method)):
                yield f"{info.key} {key}: {method.name} has no button, and yet it was done"
        for action, deed in deeds.items():
            done = was_done(env, population, key, deed)
            if done is not None and done != says[action]:
                yield f"{info.key} {key}: can({action}) is {not done}, and yet it was {'done' if done else 'refused'}"


def deletable(env: Env, population: Population) -> Ids:
    """The live records on which the caller has the right to delete."""
    return frozenset(
        one.id for one in env.load(population.info, sorted(population.live)) if env.can("delete", one)
    )


def _run(env: Env, method: Method[..., Any]) -> Deed:
    return lambda record: env.run(method, [record])


def was_done(env: Env, population: Population, key: int, deed: Deed) -> bool | None:
    """True, or False where a right is lacking; None where something else stands in the way, as a state does."""
    savepoint = env.session.begin_nested()
    try:
        deed(env.load(population.info, [key])[0])
        env.flush()
    except (AccessDenied, NotFound):
        return False
    except UserError:
        return None
    finally:
        savepoint.rollback()
        env.session.expunge_all()
    return True
