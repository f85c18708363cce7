"""The description of the API for one caller, as OpenAPI 3.1: what exists in their company, and what their rights allow.

It is made from the same functions that answer requests: `givable` and `settable` fields, the steps that the caller's
roles offer. So a model, field or step that is described can be used, and another one is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import core
from core.i18n import _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import MISSING
from core.orm.methods import Method
from core.orm.part_lists import PartList
from core.web.api.lines import line_lists, shown_lines
from core.web.api.openapi_parts import PARAMETERS, RESPONSES, SCHEMAS, described, problems, sent, told
from core.web.api.reading import ROOT
from core.web.api.schemas import Schema, Schemas, ref
from core.web.api.settable import settable
from core.web.api.steps import argument_field
from core.web.api.values import givable


def models_of(env: Env) -> list[ModelInfo]:
    """The models that the caller may read, by their key."""
    here = (info for info in env.composition.models.values() if info.addon in env.addons)
    return sorted((info for info in here if env.policy.allowed(info, "read")), key=lambda info: info.key)


def document(env: Env) -> dict[str, Any]:
    """The whole description."""
    schemas = Schemas(env)
    paths: dict[str, Any] = {}
    tags = []
    for info in models_of(env):
        tags.append({"name": info.key, "description": str(info.plural)})
        schemas.shared |= _schemas_of(env, info, schemas)
        paths |= _paths_of(env, info, schemas)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Keyuan", "version": core.__version__, "description": str(
            _("Records of your company, as your rights and this key allow. Everything not described here is refused.")
        )},
        "servers": [{"url": ROOT}],
        "security": [{"key": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": described(PARAMETERS), "responses": described(RESPONSES),
            "schemas": {**schemas.shared, **described(SCHEMAS)},
        },
    }  # fmt: skip


def _schemas_of(env: Env, info: ModelInfo, schemas: Schemas) -> dict[str, Schema]:
    states = list(info.states.values())
    known = {name: schemas.read(one, states) for name, one in givable(env, info).items()}
    lists = shown_lines(env, info)
    known |= {name: {"type": "array", "items": ref(one.model.key)} for name, one in lists.items()}
    numbers = {"id": {"type": "integer"}, "version": {"type": "integer"}}
    more: dict[str, Any] = {}
    if lists:
        more = {"more": {"type": "object", "additionalProperties": {"type": "string"}}}
    found = {info.key: {"type": "object", "title": str(info.label), "required": ["id", "version"],
                        "properties": {**numbers, **known, **more}}}  # fmt: skip
    if any(env.policy.allowed(info, right) for right in ("create", "update")):
        found[f"{info.key}.input"] = _input_of(env, info, schemas)
    return found


def _input_of(env: Env, info: ModelInfo, schemas: Schemas) -> Schema:
    known = {name: schemas.given(one) for name, one in settable(env, info).items()}
    for name, parts in line_lists(env, info).items():
        key = f"{parts.info.key}.line"
        schemas.shared[key] = _line_of(env, parts, schemas)
        known[name] = {"title": str(parts.field.label), "type": "array", "items": ref(key)}
    return {"type": "object", "title": str(info.label), "properties": known, "additionalProperties": False}


def _line_of(env: Env, parts: PartList, schemas: Schemas) -> Schema:
    """A part in the body of its whole: a new one, or by its number one that changes or goes."""
    numbers = {"id": {"type": "integer"}, "version": {"type": "integer"}, "delete": {"type": "boolean"}}
    known = settable(env, parts.info).items()
    given = {name: schemas.given(one) for name, one in known if name != parts.back.name}
    return {"type": "object", "title": str(parts.info.label), "properties": {**numbers, **given},
            "additionalProperties": False}  # fmt: skip


def _paths_of(env: Env, info: ModelInfo, schemas: Schemas) -> dict[str, Any]:
    """What the caller may do with records of one model."""
    policy = env.policy
    several: dict[str, Any] = {"get": _listing(info)}
    single: dict[str, Any] = {"parameters": [_parameter("id")], "get": _reading(info)}
    if policy.allowed(info, "create"):
        several["post"] = _creating(env, info)
    if policy.allowed(info, "update"):
        single["patch"] = _changing(info)
    if policy.allowed(info, "delete"):
        single["delete"] = _operation(info, "delete", [_parameter("If-Match")], {"204": _done()})
    found = {f"/{info.key}": several, f"/{info.key}/{{id}}": single}
    for method in _steps(env, info):
        found[f"/{info.key}/{{id}}/{method.name}"] = {
            "parameters": [_parameter("id")], "post": _stepping(info, method, schemas)
        }  # fmt: skip
    return found


def _steps(env: Env, info: ModelInfo) -> Iterator[Method[..., Any]]:
    for method in info.methods.values():
        if not method.automatic and method.addon in env.addons and env.policy.offers(info, method):
            yield method


def _listing(info: ModelInfo) -> dict[str, Any]:
    page = {"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": ref(info.key)}, "next": {"type": ["string", "null"]},
        "count": ref("Count"),
    }}  # fmt: skip
    names = ("fields", "f", "q", "preset", "order", "limit", "after", "count")
    return _operation(info, "list", [_parameter(name) for name in names], {"200": told(page)})


def _reading(info: ModelInfo) -> dict[str, Any]:
    return _operation(info, "read", [_parameter("fields")], {"200": told(ref(info.key), tagged=True)})


def _creating(env: Env, info: ModelInfo) -> dict[str, Any]:
    single = {**ref(f"{info.key}.input"), **_required(env, info)}
    body = sent({"oneOf": [single, {"type": "array", "minItems": 1, "maxItems": 1000, "items": single}]})
    made = {"oneOf": [ref("Made"), {"type": "object", "required": ["items"], "properties": {
        "items": {"type": "array", "items": ref("Made")}}}]}  # fmt: skip
    return _operation(info, "create", [_parameter("Idempotency-Key")], {"201": told(made, tagged=True)}, body)


def _changing(info: ModelInfo) -> dict[str, Any]:
    body = sent(ref(f"{info.key}.input"))
    parameters = [_parameter("If-Match"), _parameter("fields")]
    return _operation(info, "change", parameters, {"200": told(ref(info.key), tagged=True)}, body)


def _stepping(info: ModelInfo, method: Method[..., Any], schemas: Schemas) -> dict[str, Any]:
    known = {one.name: schemas.given(argument_field(one)) for one in method.arguments}
    needed = [one.name for one in method.arguments if one.required and one.kind != "boolean"]
    body = None
    if known:
        schema: Schema = {"type": "object", "properties": known, "additionalProperties": False}
        body = sent(schema | ({"required": needed} if needed else {}), required=bool(needed))
    parameters = [_parameter("If-Match.optional"), _parameter("Idempotency-Key")]
    found = _operation(info, f"do.{method.name}", parameters, {"200": told(ref("Step"), tagged=True)}, body)
    return {"summary": str(method.label), **found}


def _required(env: Env, info: ModelInfo) -> dict[str, Any]:
    """What a new record cannot do without. Where addons propose values, nobody can say so beforehand."""
    if info.proposals:
        return {}
    known = settable(env, info).values()
    names = [one.name for one in known if one.name in info.needed and one.default in (MISSING, None)]
    return {"required": names} if names else {}


def _operation(
    info: ModelInfo, name: str, parameters: list[Any], responses: dict[str, Any], body: Any = None
) -> dict[str, Any]:
    found = {"operationId": f"{info.key}.{name}", "tags": [info.key]}
    if parameters:
        found["parameters"] = parameters
    if body is not None:
        found["requestBody"] = body
    return {**found, "responses": {**responses, **problems()}}


def _parameter(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _done() -> dict[str, str]:
    return {"$ref": "#/components/responses/Done"}
