"""Definitions become composed classes: order, diamond, bridge, switch, and the mistakes that are named."""

from dataclasses import replace
from typing import Any

import pytest

from core.api import Company, CompanyOwned, Mapped, Model, _, field, many2one
from core.errors import CompositionError
from core.modules.loader import Marked
from core.orm.compose import Composition, compose
from core.orm.context import use_env
from core.orm.fields import Field
from core.orm.methods import Method
from core.orm.model import WalledDeployment
from core.testing.product import Product
from core.testing.world import World
from tests.core.orm.conftest import TOYS


def case(composed: Composition) -> Any:
    return composed.info("toy_base.case")


def test_all_words_of_the_chain_are_said_in_dependency_order(composed: Composition) -> None:
    record = case(composed).definition(name="A")
    assert record.describe() == "case A, right, diamond right, left, diamond left, bridge" or (
        record.describe().startswith("case A") and set(record.describe().split(", ")[1:])
        == {"right", "diamond right", "left", "diamond left", "bridge"}
    )  # fmt: skip


def test_a_row_is_an_instance_of_every_definition(composed: Composition) -> None:
    info = case(composed)
    record = info.definition(name="A")
    assert type(record) is info.cls
    assert all(isinstance(record, definition) for _addon, definition in info.extensions)


def test_columns_of_other_addons_carry_their_name_and_never_bind(composed: Composition) -> None:
    table = case(composed).table
    assert table.schema == "toy_base"
    assert {"toy_left__left_note", "toy_right__right_note", "name"} <= set(table.c.keys())
    assert table.c.toy_left__left_note.nullable
    assert not table.c.name.nullable


def test_company_tables_have_the_key_that_composite_references_need(composed: Composition) -> None:
    table = case(composed).table
    uniques = [
        {column.name for column in found.columns} for found in table.constraints if hasattr(found, "columns")
    ]
    assert {"company_id", "id"} in uniques
    parent = next(found for found in table.foreign_key_constraints if "parent_id" in found.column_keys)
    assert parent.column_keys == ["company_id", "parent_id"]


def test_unique_and_list_indexes_are_partial_over_live_rows(composed: Composition) -> None:
    indexes = {str(index.name): index for index in case(composed).table.indexes}
    assert indexes["uq_case_code"].unique
    for name in ("uq_case_code", "by_case_amount", "by_case_name__sort"):
        assert "deleted_at" in str(indexes[name].dialect_options["postgresql"]["where"])


def test_comparing_a_declaration_says_what_to_do() -> None:
    declared = Field("text", _("Name"))
    with pytest.raises(TypeError, match="put this in a function"):
        _unused = declared == "x"


def test_subclassing_a_model_without_extend_is_refused(composed: Composition) -> None:
    with pytest.raises(CompositionError, match="extend=True"):
        type(Model)("Other", (case(composed).definition,), {})


def test_a_model_needs_a_kind_of_table() -> None:
    class Lost(Model, mixin=True):
        note: Mapped[str] = field(_("Note"))

    with pytest.raises(CompositionError, match="CompanyOwned, Shared or Deployment"):
        type(Model)("Nowhere", (Lost,), {"__module__": __name__})


def test_unknown_settings_are_named() -> None:
    with pytest.raises(CompositionError, match="colour_scheme"):
        Field("text", _("Name"), colour_scheme="dark")


@pytest.mark.parametrize("names", [["toy_twin_a", "toy_twin_b"], ["toy_twin_b", "toy_twin_a"]])
def test_a_name_that_two_addons_have_means_each_ones_own(names: list[str]) -> None:
    composed = Product(names, [TOYS]).compose()
    targets = {key: composed.models[f"{key}.bundle"].fields["slips"].target_key for key in names}
    assert targets == {key: f"{key}.slip" for key in names}


def test_two_addons_with_one_field_name_are_both_named() -> None:
    with pytest.raises(CompositionError, match=r"toy_conflict_a.*toy_conflict_b"):
        Product(["toy_conflict_a", "toy_conflict_b"], [TOYS]).compose()


def composing(product: Product, model: type) -> None:
    """Compose with a further model, of the last addon; the composition of the tests is put back."""
    *before, last = product._loaded
    try:
        compose([*before, replace(last, marked=(Marked("model", model, __name__),))])
    finally:
        product.compose()


def test_a_relation_to_nowhere_is_named(product: Product) -> None:
    class Stray(CompanyOwned, label=_("Stray")):
        friend: Mapped["Nobody | None"] = many2one(_("Friend"), default=None)  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(CompositionError, match="Nobody"):
        composing(product, Stray)


def test_a_queue_says_of_which_company_each_row_is(product: Product) -> None:
    """Its wall could not know it else: neither by a column that is missing, nor by one that may be empty."""

    class Heap(WalledDeployment, label=_("Heap")):
        note: Mapped[str] = field(_("Note"))

    class Pile(WalledDeployment, label=_("Pile")):
        company: Mapped[Company | None] = many2one(_("Company"), to="base.company", default=None)

    class Queue(WalledDeployment, label=_("Queue")):
        company: Mapped[Company] = many2one(_("Company"), to="base.company")

    for model in (Heap, Pile):
        with pytest.raises(CompositionError, match="required field “company”"):
            composing(product, model)
    composing(product, Queue)


def test_the_switch_steps_aside_where_an_addon_is_off(world: World) -> None:
    record = case(world.composition).definition(name="A")
    north = world.owner
    with use_env(north):
        assert "left" in record.describe()
    north.addons = north.addons - {"toy_left", "toy_diamond", "toy_bridge"}
    with use_env(north):
        assert record.describe() == "case A, right"


def test_a_guarded_method_wraps_the_chain_once(world: World) -> None:
    env = world.owner
    with use_env(env):
        record: Any = env.create("toy_base.case", name="A")
        record.close(remark="well")
        env.flush()
        assert record.trail.count("closed") == 1
        assert {"left", "right"} <= set(record.trail.split(";"))
        assert record.state.code == "closed"
        history = [entry.operation for entry in _entries(env, record)]
        assert history[0] == "close"


def _entries(env: Any, record: Any) -> Any:
    from core.orm.history import entries_of

    return entries_of(env, env.info("toy_base.case"), record.id)


def test_methods_know_their_arguments(composed: Composition) -> None:
    method = case(composed).methods["close"]
    assert isinstance(method, Method) and method.guarded
    assert [(argument.name, argument.kind, argument.required) for argument in method.arguments] == [
        ("remark", "text", False)
    ]
