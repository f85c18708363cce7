"""Making or bringing up the database at a start, with as many addons as it goes with.

What fails for an addon, a migration, a seed or a change of its tables, is one transaction and rolls back: its tables
stay as the older version left them, it stands aside with the error, and the others come up. The next start tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from core.lifecycle.generation import current_generation
from core.lifecycle.install import initialise, install, upgrade_schema
from core.lifecycle.quarantine import with_what_fits
from core.lifecycle.standing import write_standings
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition, compose

Work = Callable[[Composition], object]


def bring_up(owner_engine: Engine, app_role: str, composed: Composition) -> Composition:
    """Bring the database up to the code; gives the composition of what fits it now, which is the process's then.

    Raises `NotInitialised`, `NewerDatabase` and other refusals that are no addon's fault.
    """
    return _with_what_fits(owner_engine, composed, lambda some: upgrade_schema(owner_engine, app_role, some))


def make(owner_engine: Engine, app_role: str, composed: Composition) -> Composition:
    """Make a deployment with the composed addons; one that cannot be installed stands aside. Raises
    `AlreadyInitialised`.
    """
    begun = False

    def work(some: Composition) -> None:
        nonlocal begun
        with owner_engine.connect() as connection:
            is_made = begun and current_generation(connection) is not None
        begun = True
        if is_made:
            install(owner_engine, app_role, some, some.addons)
        else:
            initialise(owner_engine, app_role, some)

    return _with_what_fits(owner_engine, composed, work)


def _with_what_fits(owner_engine: Engine, composed: Composition, work: Work) -> Composition:
    def attempt(some: Sequence[LoadedAddon]) -> Composition:
        wanted = tuple(addon.name for addon in some if addon.error is None)
        made = composed if wanted == composed.addons else compose(some)
        work(made)
        return made

    before = composed.aside
    versions = {addon.name: addon.manifest.version for addon in composed.loaded}
    result = with_what_fits(list(composed.loaded), attempt, is_trusted=True)
    failed = {name: error for name, error in result.aside.items() if name not in before}
    write_standings(owner_engine, "tables", failed, versions)
    result.aside.update(before)
    return result
