"""What every resource has in common in the description: parameters, answers, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.i18n import LazyString, _

_QUERY: Final = {"in": "query", "required": False}
_HEADER: Final = {"in": "header", "schema": {"type": "string"}}
_TAG: Final = r'^(W/)?"[1-9][0-9]*"$'

PARAMETERS: Final[dict[str, Any]] = {
    "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
    "fields": {
        **_QUERY, "name": "fields", "style": "form", "explode": False,
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": _("Names of the fields to give, separated by commas."),
    },
    "f": {
        **_QUERY, "name": "f", "schema": {"type": "array", "items": {"type": "string"}},
        "description": _("A condition, field:operator:value, such as state:eq:new; several of them must all hold. "
                         "Operators: eq, ne, contains, starts, lt, le, gt, ge, between, in, empty."),
    },
    "q": {**_QUERY, "name": "q", "schema": {"type": "string"}, "description": _("A text to search for.")},
    "preset": {
        **_QUERY, "name": "preset", "schema": {"type": "string"},
        "description": _("A ready selection of the list; without it all records are meant."),
    },
    "order": {
        **_QUERY, "name": "order", "schema": {"type": "string"},
        "description": _("The field to order by; with “-” before it, the largest first."),
    },
    "limit": {
        **_QUERY, "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 80},
    },
    "after": {
        **_QUERY, "name": "after", "schema": {"type": "string"},
        "description": _("Where the page begins, as the address in “next” of the page before says it."),
    },
    "count": {
        **_QUERY, "name": "count", "schema": {"enum": ["0", "1"]},
        "description": _("1 counts the records of all pages, up to 10,000."),
    },
    "If-Match": {
        **_HEADER, "name": "If-Match", "required": True, "schema": {"type": "string", "pattern": _TAG},
        "description": _("The ETag of the version that you have seen."),
    },
    "If-Match.optional": {
        **_HEADER, "name": "If-Match", "required": False, "schema": {"type": "string", "pattern": _TAG},
        "description": _("The ETag of the version that you have seen."),
    },
    "Idempotency-Key": {
        **_HEADER, "name": "Idempotency-Key", "required": False,
        "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
        "description": _("A text of your own for this request: sent again, it is answered again and done once."),
    },
}  # fmt: skip

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: Final[dict[str, Any]] = {
    "Done": {"description": _("Done.")},
    "Problem": {"description": _("A refusal, with its reason."), "content": _PROBLEM},
}

_NUMBERS: Final = {"id": {"type": "integer"}, "version": {"type": "integer"}}
_ERRORS: Final = {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}}
SCHEMAS: Final[dict[str, Any]] = {
    "Count": {
        "type": "object", "required": ["value", "or_more"],
        "properties": {"value": {"type": "integer"}, "or_more": {"type": "boolean"}},
    },
    "Made": {"type": "object", "required": ["id", "version"], "properties": _NUMBERS},
    "Step": {
        "type": "object", "required": ["id", "version"],
        "properties": {
            **_NUMBERS, "state": {"type": "string"}, "message": {"type": "string"}, "page": {"type": "string"},
            "result": {
                "type": "object", "required": ["model", "id"],
                "properties": {"model": {"type": "string"}, "id": {"type": "integer"}},
            },
        },
    },
    "FieldError": {
        "type": "object", "required": ["field", "message"],
        "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
    },
    "Problem": {
        "type": "object", "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"}, "request_id": {"type": "string"}, "errors": _ERRORS,
            "rows": {"type": "array", "items": {
                "type": "object", "required": ["row", "errors"],
                "properties": {"row": {"type": "integer"}, "errors": _ERRORS},
            }},
            "conflicts": {"type": "array", "items": {
                "type": "object", "required": ["field", "yours", "theirs", "who", "when"],
                "properties": {
                    "field": {"type": "string"}, "yours": {}, "theirs": {}, "who": {"type": ["string", "null"]},
                    "when": {"type": ["string", "null"], "format": "date-time"},
                },
            }},
        },
    },
}  # fmt: skip


def described(part: Any) -> Any:
    """The same with all sentences in the reader's language."""
    if isinstance(part, LazyString):
        return str(part)
    if isinstance(part, Mapping):
        return {name: described(value) for name, value in part.items()}
    return [described(one) for one in part] if isinstance(part, list) else part


def told(schema: Mapping[str, Any], *, tagged: bool = False) -> dict[str, Any]:
    """An answer with this content; `tagged` says that it has an ETag."""
    found: dict[str, Any] = {
        "description": str(_("Done.")),
        "content": {"application/json": {"schema": schema}},
    }
    return found | ({"headers": {"ETag": {"schema": {"type": "string"}}}} if tagged else {})


def sent(schema: Mapping[str, Any], *, required: bool = True) -> dict[str, Any]:
    """A body with this content."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def problems() -> dict[str, Any]:
    """Whatever is refused is refused in one form."""
    return {"default": {"$ref": "#/components/responses/Problem"}}
