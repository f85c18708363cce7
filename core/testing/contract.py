"""What every addon has to pass. A file in the addon's tests is all that it takes::

    from core.testing.contract import AddonContract

    class TestContract(AddonContract):
        addon = "crm_leads"

The addons under test (`addons_under_test` or `product` in a conftest) must contain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from sqlalchemy import ColumnElement

from core.auth.access_index import access_index
from core.lifecycle.addon_faults import (
    file_faults,
    import_faults,
    manifest_faults,
    models_of,
    right_faults,
    screen_faults,
    state_faults,
    translation_faults,
)
from core.modules.discovery import discover
from core.modules.loader import LoadedAddon
from core.orm.compose import Composition, ModelInfo
from core.orm.schema import plan_schema
from core.testing.database import APP_ROLE, DatabaseServer, ScratchDatabase
from core.testing.factories import Recipe
from core.testing.life import Life
from core.testing.product import Product
from core.testing.reports import unnamed_fields
from core.testing.world import World
from core.views.registry import registry_of
from core.views.resolve import rows_view_for, views_of


class AddonContract:
    """Subclass it as `TestContract` and name the addon."""

    addon: ClassVar[str]
    recipes: ClassVar[Mapping[str, Recipe]] = {}
    """Values that a model's rules ask for beyond what its fields say: see core.testing.factories."""

    @pytest.fixture
    def loaded(self, composed: Composition) -> LoadedAddon:
        return next(addon for addon in composed.loaded if addon.name == self.addon)

    @pytest.fixture
    def models(self, composed: Composition) -> list[ModelInfo]:
        return models_of(composed, self.addon)

    def test_the_manifest_fits(self, loaded: LoadedAddon) -> None:
        assert loaded.error is None
        assert list(manifest_faults(loaded)) == []

    def test_the_manifest_names_the_roles_that_come(self, loaded: LoadedAddon) -> None:
        assert sorted(loaded.manifest.provides) == sorted(role.code for role in loaded.collect("role"))

    def test_every_file_is_read_by_the_loader(self, loaded: LoadedAddon) -> None:
        assert list(file_faults(loaded)) == []

    def test_only_declared_things_are_imported(self, loaded: LoadedAddon, product: Product) -> None:
        packages = {found.name: found.package for found in discover(product.config) if found.name != "base"}
        assert list(import_faults(loaded, packages)) == []

    def test_screens_name_things_that_exist(self, composed: Composition) -> None:
        assert list(screen_faults(composed, self.addon)) == []

    def test_every_model_has_a_right(self, composed: Composition) -> None:
        assert list(right_faults(composed, self.addon)) == []

    def test_every_state_can_be_reached(self, models: list[ModelInfo]) -> None:
        for info in models:
            assert list(state_faults(info)) == []

    def test_every_rule_and_condition_can_be_asked(self, world: World, models: list[ModelInfo]) -> None:
        for person in ("owner", "director", "admin"):
            with world.acting(person) as env:
                for place, condition in _conditions(env, models, access_index(world.composition)._rules):
                    assert isinstance(condition, ColumnElement), f"{place} gives {condition!r}, no condition"

    def test_every_report_names_what_it_reads(self, world: World) -> None:
        registry = registry_of(world.composition)
        with world.system("North") as env:
            mine = [report for addon, report in registry.reports.values() if addon == self.addon]
            assert [problem for report in mine for problem in unnamed_fields(env, report)] == []

    def test_every_text_is_translated(self, loaded: LoadedAddon) -> None:
        assert list(translation_faults(loaded)) == []

    def test_a_fresh_install_is_what_the_definitions_say(
        self, composed: Composition, database: ScratchDatabase
    ) -> None:
        with database.owner.connect() as connection:
            plan = plan_schema(connection, composed.metadata, composed.addons, APP_ROLE, thorough=True)
        assert [str(operation.words) for operation in (*plan.operations, *plan.deferred)] == []
        assert list(plan.ignored) == []

    def test_off_is_not_gone_and_leaves_no_trace(
        self,
        server: DatabaseServer,
        product: Product,
        composed: Composition,
        roles_of_people: Mapping[str, Sequence[str]],
    ) -> None:
        life = Life(server, product, composed, self.addon, roles_of_people, self.recipes)
        try:
            life.install()
            life.enable()
            life.disable()
            life.enable_again()
            life.remove()
            life.restore()
        finally:
            life.end()


def _conditions(env: Any, models: Iterable[ModelInfo], rules: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every function of the declarations that has to give a condition, asked as one caller."""
    for info in models:
        for _addon, rule in rules.get(info.key, ()):
            yield f"rule {rule.function.__qualname__}", rule(env)
        for method in info.methods.values():
            if method.by is not None:
                yield f"by of {info.key}.{method.name}", method.by(env)
            if method.when is not None:
                yield f"when of {info.key}.{method.name}", method.when(env)
        for name in views_of(info.key, env.addons):
            for preset in rows_view_for(env, info.key, name).presets if name != "form" else ():
                if preset.where is not None:
                    where = preset.where(env)
                    env.count(info.key, where)
                    yield f"preset {preset.key} of {info.key}", where
