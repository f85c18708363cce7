"""What follows after the transaction of an operation and holds nobody up: indexes, the check of older rows, and values
that follow from others.

Looks at the database alone, so that whoever takes up an interrupted operation does what is left, and nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.lifecycle.dangling import Dangling, dangling_of, settle_dangling
from core.lifecycle.filling import Filling, fill
from core.lifecycle.site import Site
from core.orm.schema import finish_schema


@dataclass(frozen=True)
class Finished:
    """Names of indexes and constraints that were made or checked, and the references that led nowhere."""

    done: tuple[str, ...] = ()
    dangling: tuple[Dangling, ...] = ()


def finish(site: Site, operation: int, filling: Filling, *, has_deferred: bool = True) -> Finished:
    """Finish for all addons of the composition. `operation` is the entry of the journal that this belongs to; without
    anything deferred by its plan only values are left to be worked out.
    """
    if not has_deferred:
        fill(site, filling)
        return Finished()
    names = list(site.composition.addons)
    settle_dangling(site.engine, names, operation)
    fill(site, filling)
    done = finish_schema(site.engine, site.composition.metadata, names)
    with site.engine.connect() as connection:
        return Finished(tuple(done), dangling_of(connection, operation))
