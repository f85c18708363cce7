"""Records from declarations alone are valid, and different from each other."""

from __future__ import annotations

import pytest

from core.errors import ValidationFailed
from core.i18n import _
from core.orm.fields import Field
from core.testing.factories import Factory
from core.testing.people import NORTH
from core.testing.world import World

KINDS = (
    "text",
    "longtext",
    "email",
    "phone",
    "url",
    "integer",
    "decimal",
    "money",
    "date",
    "datetime",
    "secret",
    "file",
)


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_a_kind_differ(world: World, kind: str) -> None:
    with world.system(NORTH) as env:
        factory = Factory(env)
        field = Field(kind, _("Field"))
        field.name = "field"
        assert factory.value(field) != factory.value(field)


def test_bounds_and_lengths_are_kept(world: World) -> None:
    with world.system(NORTH) as env:
        factory = Factory(env)
        number = Field("integer", _("Year"), minimum=1990, maximum=1993)
        text = Field("text", _("Code"), max_length=3)
        number.name = text.name = "field"
        values = [factory.value(number) for _n in range(20)]
        assert min(values) >= 1990 and max(values) <= 1993 and len(set(values)) == 4
        assert len(factory.value(text)) <= 3


def test_given_values_are_taken_and_relations_are_made(world: World) -> None:
    with world.system(NORTH) as env:
        article = Factory(env).make("toy_wares.article", name="Hat")
        assert article.name == "Hat"
        employee = Factory(env).values("base.employee", status="left")
        assert employee["status"] == "left" and "department" not in employee
        held = Factory(env, {"base.user_role": lambda factory: {"user": factory.make("base.user").id}}).make(
            "base.user_role"
        )
        assert held.user_id and held.role_id and held.company_id == env.company_id


def test_values_that_no_rule_accepts_are_not_hidden(world: World) -> None:
    with world.system(NORTH) as env, pytest.raises(ValidationFailed):
        Factory(env).make("toy_wares.article", name="x" * 100_001)
