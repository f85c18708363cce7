"""Fields that a company requires in a stage (OPP-02): on new opportunities, at changes, at every step forward."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from addons.crm_base.models import Contact, Customer
from addons.crm_leads.models import Opportunity, Stage, StageField
from addons.crm_leads.tests.conftest import soon
from core.api import AccessDenied, Env, ValidationFailed
from core.testing.team import acting
from core.testing.world import World


def require(world: World, stage_name: str, *names: str) -> None:
    """What has to be filled in from a stage on."""
    with world.system("North") as env:
        stage = next(one for one in env.search(Stage) if one.name["en"] == stage_name)
        env.create_many(StageField, [{"stage": stage, "name": name} for name in names])


def values_of(env: Env, **more: Any) -> dict[str, Any]:
    acme = env.first(Customer) or env.create(Customer, name="Acme", phone="021-1234567")
    return {"title": "x", "customer": acme.id, "expected_close": soon(env), "intention": "Asked", **more}


def refused(env: Env, deal: Opportunity, step: str, *records: Opportunity, **arguments: Any) -> Any:
    found = [env.get(Opportunity, one.id) for one in (deal, *records)]
    with pytest.raises(ValidationFailed) as problem:
        env.run(getattr(Opportunity, step), found, **arguments)
    return problem.value


def test_a_new_opportunity_has_what_the_first_stage_asks_for(crew: World) -> None:
    require(crew, "First contact", "products", "amount", "contacts")
    require(crew, "Interview", "competitor")
    env = crew.env("owner")
    with pytest.raises(ValidationFailed) as problem:
        env.create(Opportunity, **values_of(env, products="  "))
    assert set(problem.value.problems) == {"products", "amount", "contacts"}
    told = problem.value.problems["products"][0].translate("en")
    assert told == "Products is required from the stage “First contact” on."
    person = env.create(Contact, name="Ann", customer=env.first(Customer), mobile="13800000000")
    made = env.create(Opportunity, **values_of(env, products="Servers", amount=1, contacts=[person.id]))
    assert made.stage.name["en"] == "First contact"


def test_of_many_rows_the_wrong_one_is_named_and_what_a_mapping_waives_may_lack(crew: World) -> None:
    require(crew, "First contact", "products")
    env = crew.env("owner")
    rows = [values_of(env, products="a"), values_of(env), values_of(env, products="c")]
    with pytest.raises(ValidationFailed) as problem:
        env.create_many(Opportunity, rows)
    assert problem.value.row == 1
    assert len(env.create_many(Opportunity, rows, waived=frozenset({"products"}))) == 3
    ended = values_of(env, state="lost")
    with crew.system("North") as system:
        assert system.create_many(Opportunity, [ended])


def test_a_step_forward_asks_for_all_stages_up_to_there(crew: World, deal: Opportunity) -> None:
    require(crew, "Interview", "products")
    require(crew, "Proposal", "competitor")
    require(crew, "Contract", "source")
    with acting(crew, "owner") as env:
        assert set(refused(env, deal, "advance").problems) == {"products"}
        proposal = next(one for one in env.search(Stage) if one.name["en"] == "Proposal")
        assert set(refused(env, deal, "move_to_stage", stage=proposal).problems) == {"products", "competitor"}
        found = env.get(Opportunity, deal.id)
        found.products, found.competitor = "Servers", "Bolt"
        found.move_to_stage(stage=proposal)
        assert found.stage.name["en"] == "Proposal"
        found.step_back(reason="Too early")
        assert found.stage.name["en"] == "Decision maker met"


def test_of_marked_rows_the_one_that_is_refused_is_named(crew: World, deal: Opportunity) -> None:
    require(crew, "Interview", "products")
    env = crew.env("owner")
    good = env.create(Opportunity, **values_of(env, title="Good", products="Servers"))
    with acting(crew, "owner") as env:
        problem = refused(env, good, "advance", deal)
        assert problem.refused_at.title == "20 servers"


def test_winning_asks_for_what_the_present_stage_needs_and_losing_does_not(
    crew: World, deal: Opportunity
) -> None:
    require(crew, "First contact", "products")
    with acting(crew, "owner") as env:
        assert set(refused(env, deal, "win", amount=Decimal(5)).problems) == {"products"}
    with acting(crew, "owner") as env:
        found = env.get(Opportunity, deal.id)
        reason = env.first(
            "base.option", env.condition("base.option", "list_code", "eq", "crm_leads.lost_reason")
        )
        found.lose(reason=reason, competitor="Bolt", remark="Price")
        assert found.state.code == "lost"


def test_people_complete_what_is_missing_at_their_next_change_and_cannot_empty_it(
    crew: World, deal: Opportunity
) -> None:
    require(crew, "First contact", "products")
    with acting(crew, "owner") as env:
        found = env.get(Opportunity, deal.id)
        with pytest.raises(ValidationFailed) as problem:
            env.write(found, title="Other")
        assert set(problem.value.problems) == {"products"}
    with acting(crew, "owner") as env:
        found = env.get(Opportunity, deal.id)
        env.write(found, title="Other", products="Servers")
        with pytest.raises(ValidationFailed):
            env.write(found, products=" ")
    with crew.system("North") as env:
        env.write(env.get(Opportunity, deal.id), products=None)


def test_a_stage_asks_for_a_field_once_and_only_for_fields_that_people_fill_in(crew: World) -> None:
    require(crew, "Interview", "products")
    with pytest.raises(ValidationFailed, match="used already"):
        require(crew, "Interview", "products")
    choices = {code for code, _label in crew.env("owner").info(StageField).fields["name"].choices}
    assert {"products", "amount", "contacts", "source", "competitor", "description"} <= choices
    assert not choices & {
        "id",
        "number",
        "state",
        "stage",
        "intention",
        "title",
        "expected_value",
        "days_left",
    }
    with pytest.raises(ValidationFailed):
        require(crew, "Interview", "days_left")


def test_administrators_choose_what_is_required(crew: World) -> None:
    for person in ("admin", "manager"):
        env = crew.env(person)
        stage = env.first(Stage)
        made = env.create(StageField, stage=stage, name="products")
        env.delete([made])
        env.flush()
    with pytest.raises(AccessDenied):
        crew.env("owner").create(StageField, stage=crew.env("owner").first(Stage), name="products")
