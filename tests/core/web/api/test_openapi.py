"""The description is sound, is about this caller, and is kept: what answers say fits the schemas that it names."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from toy_bills.models import Bill
from toy_works.models import Label, Phase, Vault, Work

from core.i18n import use_language
from core.orm.context import use_env
from core.orm.env import Env
from core.testing.world import World
from core.web.api.openapi import document
from core.web.api.reading import record_of

METHODS = {"get", "post", "patch", "delete"}


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(one)


def at(whole: Any, path: str) -> Any:
    for name in path.removeprefix("#/").split("/"):
        whole = whole[name.replace("~1", "/")]
    return whole


def fits(whole: Any, schema: Any, value: Any) -> bool:
    """As far as our schemas go: a validator of a few words of JSON Schema, which fails on any other."""
    known = {"$ref", "title", "description", "x-model", "x-list", "type", "properties", "required", "items", "oneOf", "const",
             "format", "additionalProperties", "pattern"}  # fmt: skip
    assert schema.keys() <= known, schema.keys() - known
    if "$ref" in schema and not fits(whole, at(whole, schema["$ref"]), value):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "oneOf" in schema and [fits(whole, one, value) for one in schema["oneOf"]].count(True) != 1:
        return False
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return False
    kinds = schema.get("type", [])
    if kinds and not any(is_of(kind, value) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return False
    if isinstance(value, dict):
        parts = schema.get("properties", {})
        return set(schema.get("required", ())) <= value.keys() and all(
            fits(whole, parts[name], one) for name, one in value.items() if name in parts
        )
    return not isinstance(value, list) or all(fits(whole, schema["items"], one) for one in value)


def is_of(kind: str, value: Any) -> bool:
    types = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "null": type(None),
        "integer": int,
    }
    return isinstance(value, types[kind]) and not (kind == "integer" and isinstance(value, bool))


@pytest.fixture
def described(env: Env) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document(env)))
    return found


def test_every_reference_leads_somewhere_and_every_name_is_used_once(described: dict[str, Any]) -> None:
    for node in nodes(described):
        if "$ref" in node:
            assert at(described, node["$ref"]), node
    names = [
        one["operationId"]
        for path in described["paths"].values()
        for one in path.values()
        if "operationId" in one
    ]
    assert len(names) == len(set(names)) > 20
    assert described["openapi"].startswith("3.1.")
    for kind in described["components"].values():
        assert all(re.fullmatch(r"[a-zA-Z0-9.\-_]+", name) for name in kind)


def test_operations_are_whole(described: dict[str, Any]) -> None:
    tags = {one["name"] for one in described["tags"]}
    for path, item in described["paths"].items():
        assert path.startswith("/") and item.keys() <= METHODS | {"parameters"}
        placed = {at(described, one["$ref"])["name"] for one in item.get("parameters", ())}
        assert set(re.findall(r"\{(\w+)\}", path)) == placed
        for method, operation in item.items():
            if method in METHODS:
                assert operation["responses"].keys() > {"default"} and set(operation["tags"]) <= tags
                found = [at(described, one["$ref"]) for one in operation.get("parameters", ())]
                assert len({(one["in"], one["name"]) for one in found}) == len(found)


def test_only_what_the_caller_may_is_described(world: World) -> None:
    with use_env(world.owner):
        mine = document(world.owner)["paths"]
    with use_env(world.superior):
        read = document(world.superior)["paths"]
    assert mine["/toy_works.work"].keys() == {"get", "post"}
    assert mine["/toy_works.work/{id}"].keys() == {"parameters", "get", "patch", "delete"}
    assert "/toy_works.work/{id}/start" in mine and "/toy_works.vault" not in mine
    assert read["/toy_works.work"].keys() == {"get"} and "/toy_works.vault" in read
    assert not [path for path in read if path.startswith("/toy_works.work/{id}/")]
    with use_env(world.stranger):
        assert not [path for path in document(world.stranger)["paths"] if "toy_" in path]


def test_fields_are_those_of_the_caller(described: dict[str, Any], world: World) -> None:
    shown = described["components"]["schemas"]["toy_works.work"]["properties"]
    given = described["components"]["schemas"]["toy_works.work.input"]["properties"]
    assert (
        not {"pin", "inner", "company", "parts"} & shown.keys()
        and {"state", "code", "labels"} <= shown.keys()
    )
    assert (
        not {"pin", "inner", "state", "code", "fixed", "id", "owner_id"} & given.keys() and "owner" in given
    )
    line = described["components"]["schemas"]["toy_bills.line"]["properties"]
    assert "cost" not in line
    with use_env(world.director):
        assert "cost" in document(world.director)["components"]["schemas"]["toy_bills.line"]["properties"]


def test_an_addon_that_is_off_is_not_described(env: Env) -> None:
    whole = json.dumps(document(env))
    env.addons = env.addons - {"toy_bills"}
    without = json.dumps(document(env))
    assert "toy_bills" in whole and "toy_bills" not in without


def test_it_speaks_the_callers_language(env: Env) -> None:
    with use_language("zh_CN"):
        told = document(env)
    assert told["components"]["responses"]["Done"]["description"] != "Done."
    assert told["components"]["schemas"]["base.department"]["title"] == "部门"


def test_answers_fit_their_schemas(env: Env, described: dict[str, Any]) -> None:
    phase, label = env.create(Phase, name={"en": "P"}), env.create(Label, name="L")
    vault = env.sudo("test").create(Vault, name="V")
    full = env.create(Work, title="T", price=1, pieces=1, weight=1, labels=[label], phase=phase, motto={"en": "m"},
                      due=env.today, begun=env.now, urgent=True)  # fmt: skip
    hidden = env.sudo("test").create(Work, title="H", vault=vault, owner=env.user_id)
    bill = env.create(Bill, title="B", lines=[{"text": "x", "price": 2}])
    for record in (full, hidden, bill, phase):
        info = env.info(record)
        answer = json.loads(json.dumps(record_of(env, info, record.id)))
        schema = described["components"]["schemas"][info.key]
        assert fits(described, schema, answer), answer
        assert answer.keys() <= schema["properties"].keys()
        assert not fits(described, schema, {**answer, "version": "one"})
