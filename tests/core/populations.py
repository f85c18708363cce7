"""Records of one model that the tests of conformance are about: whose they are, and who has to see them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from core.errors import InUse, StateForbids
from core.orm.compose import ModelInfo
from core.orm.model import snake
from core.testing.conformance import Population
from core.testing.elsewhere import point_elsewhere
from core.testing.factories import Factory
from core.testing.people import NORTH, SOUTH
from core.testing.product import Product
from core.testing.world import World

OWNERS = {NORTH: ("owner", "colleague", "superior", "director", "nobody"), SOUTH: ("other", "nobody")}
RECIPES = {
    "base.user_role": lambda factory: {"user": factory.make("base.user")},
    "base.attachment": lambda factory: {
        "model": "base.department", "record_id": factory.make("base.department").id,
    },
}  # fmt: skip
NONE: frozenset[int] = frozenset()
Populations = dict[str, Population]
"""By company: the records of one model, as the people there have to see them."""


def model_keys() -> list[str]:
    """The models of all addons, from their definitions alone."""
    models = [(addon.name, model) for addon in Product()._loaded for model in addon.collect("model")]
    return [f"{addon}.{snake(model.__name__)}" for addon, model in models]


def populations_of(world: World, key: str) -> Populations:
    info = world.composition.models[key]
    live, binned, words = {}, {}, {}
    for company, owners in OWNERS.items():
        with world.system(company) as env:
            factory = Factory(env, RECIPES)
            made = [factory.make(info.key, owner=world.staff.users.get(one)) for one in (*owners, owners[0])]
            with suppress(InUse, StateForbids):
                env.delete(made[-1])
                binned[company] = frozenset({made.pop().id})
            live[company] = frozenset(one.id for one in made)
            words[company] = words_of(info, made)
    return {
        here: Population(
            info, live[here], binned.get(here, NONE), live[there] | binned.get(there, NONE), words[here]
        )
        for here, there in ((NORTH, SOUTH), (SOUTH, NORTH))
    }


def look_elsewhere(world: World, populations: Populations) -> None:
    """One record of each company is related to records of somebody else."""
    info = populations[NORTH].info
    for company, owners in OWNERS.items():
        with world.system(company) as env:
            owner = world.staff.users.get(owners[-1])
            point_elsewhere(env, Factory(env, RECIPES), info, min(populations[company].live), owner)


def words_of(info: ModelInfo, records: list[Any]) -> dict[str, dict[int, str]]:
    """What to search for: the texts of searchable fields that every record has."""
    texts = {field.name: {one.id: getattr(one, field.name) for one in records} for field in info.searchable}
    plain = {
        name: {key: text["en"] if isinstance(text, dict) else text for key, text in found.items()}
        for name, found in texts.items()
    }
    return {name: found for name, found in plain.items() if all(found.values())}
