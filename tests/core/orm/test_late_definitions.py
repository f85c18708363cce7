"""Definitions that are imported after a composition: they are declarations until they are composed themselves."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Mapped

from core.i18n import _
from core.orm.fields import Field, field, field_name
from core.testing.product import Product

TOYS = Path(__file__).parents[2] / "toy_addons"


def test_a_field_of_an_extension_that_is_not_composed_is_a_declaration() -> None:
    composed = Product(["toy_base"], [TOYS]).compose()
    case = composed.info("toy_base.case").definition

    class LateCase(case, extend=True):  # type: ignore[misc, valid-type]
        late: Mapped[str | None] = field(_("Late"), default=None)

    assert isinstance(LateCase.late, Field)
    assert isinstance(LateCase.name, Field)
    assert case.name is composed.info("toy_base.case").cls.name


def test_an_expression_is_named_before_and_after_it_is_composed() -> None:
    from addons.crm_leads.models import Opportunity

    before = vars(Opportunity)["days_left"].name
    Product(["crm_leads"]).compose()
    assert field_name(Opportunity.days_left) == before == "days_left"
