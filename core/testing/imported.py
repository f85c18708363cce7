"""What an import does of what the caller may not do: change, make and set by it what the Env refuses, or learn by its
answers of records that are out of sight.

Whether somebody may import at all is asked of everybody. All else is asked with that right given to whoever reads the
model, for a company may give it to anybody: the reach of the other rights decides what comes of the rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from core.errors import AccessDenied
from core.exchange.checking import COMPANY
from core.exchange.errors import MappingError
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import TO_MANY, TO_ONE, Field
from core.orm.guards import reached
from core.testing.conformance import Ids, Population
from core.testing.import_trials import import_of, takes
from core.testing.imported_rows import changed_rows, new_rows, pointing_rows, samples_of


@dataclass
class WrongImports:
    """Whatever an import does that the Env refuses, and says of what is out of sight; callers alike are asked once."""

    _asked: set[Hashable] = field(default_factory=set)

    def __call__(self, env: Env, population: Population) -> Iterator[str]:
        info, policy = population.info, env.policy
        allowed = policy.allowed
        if not allowed(info, "import") and _opens(env, info, {}):
            yield f"{info.key}: it is imported without the right"
        if not allowed(info, "read"):
            return
        seen = reached(env, info, population.all, "read")
        changed = (
            seen & reached(env, info, population.all, "update") if allowed(info, "update") else frozenset()
        )
        samples = samples_of(population, seen, changed)
        rights = tuple(allowed(info, one) for one in ("create", "update", "export"))
        fields = (policy.readable(info), policy.editable(info))
        yield from self._asked_once(env, population, seen, samples, rights, fields)

    def _asked_once(
        self,
        env: Env,
        population: Population,
        seen: Ids,
        samples: Mapping[str, int],
        rights: Hashable,
        fields: Hashable,
    ) -> Iterator[str]:
        if self._is_new(fields):
            yield from closed_fields(env, population.info)
        if self._is_new((env.company_id, frozenset(samples), rights)):
            with _importing(env):
                for check in (changed_rows, new_rows, pointing_rows):
                    for problem in check(env, population, seen, samples):
                        yield f"{population.info.key}: {problem}"

    def _is_new(self, case: Hashable) -> bool:
        is_known = case in self._asked
        self._asked.add(case)
        return not is_known


@contextmanager
def _importing(env: Env) -> Iterator[None]:
    """Whoever reads a model may import it meanwhile."""
    allowed = env.policy.allowed
    given = mock.patch.object(
        env.policy, "allowed", lambda one, what: allowed(one, "read" if what == "import" else what)
    )
    with given:
        yield


def closed_fields(env: Env, info: ModelInfo) -> Iterator[str]:
    """Fields that the caller may not set, and lookups by those that the caller does not see."""
    with _importing(env):
        for name, found in info.fields.items():
            if name not in env.policy.editable(info):
                if name != COMPANY and _opens(env, info, {name: _rule(found)}):
                    yield f"{info.key}: an import sets {name}"
                continue
            target = env.composition.models.get(str(found.target_key))
            if target is not None and takes(env, info, found):
                yield from _closed_lookups(env, info, found, target)


def _closed_lookups(env: Env, info: ModelInfo, found: Field, target: ModelInfo) -> Iterator[str]:
    for hidden in target.fields.keys() - env.policy.readable(target):
        if _opens(env, info, {found.name: {"column": "text", "lookup": target.key, "by": hidden}}):
            yield f"{info.key}: an import looks {found.name} up by {hidden}"


def _rule(found: Field) -> dict[str, Any]:
    if found.kind in {*TO_ONE, *TO_MANY} and found.kind != "option" and found.target_key != "base.company":
        return {"column": "text", "lookup": str(found.target_key), "by": "id"}
    return (
        {"column": "text", "this_company": True} if found.target_key == "base.company" else {"column": "text"}
    )


def _opens(env: Env, info: ModelInfo, fields: Mapping[str, Any]) -> bool:
    """Whether an import with these rules begins at all."""
    record = {"model": info.key, "key": "{key}", "fields": dict(fields)}
    try:
        import_of(env, [{"rows": [{"key": "1", "text": "1"}], "record": [record]}])
    except (AccessDenied, MappingError):
        return False
    return True
