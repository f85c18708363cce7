"""The API of the whole product: its description is sound, and the rest of a long list of lines can be asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.orm.context import use_env
from core.testing.world import World
from core.views.effective import ShownLines
from core.web.api import openapi
from core.web.api.asked import asked_of
from core.web.api.lines import shown_lines
from core.web.api.reading import list_of

PEOPLE = ("director", "owner", "admin", "stranger")


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from references(one)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_reference_leads_somewhere(world: World, person: str) -> None:
    with use_env(world.env(person)) as env:
        whole = json.loads(json.dumps(openapi.document(env)))
    used = set(references(whole))
    for reference in used:
        found = whole
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
    schemas = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert {one for one in used if "/schemas/" in one} <= schemas
    assert len(whole["paths"]) > 10 and len(json.dumps(whole)) < 1_000_000


def test_lines_can_be_asked_for_in_the_order_of_their_form(world: World) -> None:
    asked = 0
    for person in PEOPLE:
        with use_env(world.env(person)) as env:
            blocks: list[ShownLines] = [
                one for info in openapi.models_of(env) for one in shown_lines(env, info).values()
            ]
            for block in blocks:
                pairs = [("f", f"{block.back}:eq:1"), *([("order", block.order)] if block.order else [])]
                list_of(env, block.model, asked_of(env, block.model, pairs))
                asked += 1
    assert asked > 10
