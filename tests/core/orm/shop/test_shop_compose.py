"""Declarations that could never be kept are refused at start, with their place."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Optional

import pytest
from toy_shop.models import Client, Purchase

from core.api import CompanyOwned, Mapped, User, _, computed, many2one
from core.errors import CompositionError
from core.modules.loader import Marked
from core.orm.compose import Composition, compose
from core.testing.product import Product


@pytest.fixture
def refused(product: Product) -> Iterator[Any]:
    """Composes the shop with one more model, which must be refused."""

    def refuse(model: Any, match: str) -> None:
        last = product._loaded[-1]
        more = replace(last, marked=(*last.marked, Marked("model", model, __name__)))
        with pytest.raises(CompositionError, match=match):
            compose([*product._loaded[:-1], more])

    yield refuse
    product._composition = None
    product.compose()


def test_a_required_relation_cannot_be_cleared(refused: Any) -> None:
    class Needy(CompanyOwned, label=_("Needy")):
        client: Mapped[Client] = many2one(_("Client"), on_delete="clear")

    refused(Needy, "cannot be cleared")


def test_stored_values_do_not_follow_what_all_companies_share(refused: Any) -> None:
    class Curious(CompanyOwned, label=_("Curious")):
        user: Mapped[Optional[User]] = many2one(_("User"), default=None)  # noqa: UP045
        name: Mapped[str | None] = computed(_("Name"), by=lambda one: one.user.name, depends=("user.name",))

    refused(Curious, "belongs to all companies")


def test_many_computed_fields_are_filled_in_their_order(composed: Composition) -> None:
    from core.orm.derived import computed_order

    info = composed.info(Client)
    assert {found.name for found in computed_order(info, None)} == {"upper_name", "level"}
    assert computed_order(info, {"city"}) == []
    assert [found.name for found in computed_order(composed.info(Purchase), {"price"})] == ["total"]


def test_links_stay_within_their_company(composed: Composition) -> None:
    tags, watchers = (composed.info(Client).link_tables[name] for name in ("tags", "watchers"))
    keys = [
        sorted(tuple(key.column_keys) for key in table.foreign_key_constraints) for table in (tags, watchers)
    ]
    assert keys == [
        [("company_id", "left_id"), ("company_id", "right_id")],
        [("company_id", "left_id"), ("right_id",)],
    ]


def test_aliases_are_made_once(composed: Composition) -> None:
    info = composed.info(Client)
    assert info.alias(0) is info.alias(0) and info.alias(0) is not info.alias(1)
