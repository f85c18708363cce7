"""Fields as JSON Schema, in the caller's language: what a value looks like when it is read, and when it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.i18n import LANGUAGES
from core.orm.column_types import State
from core.orm.conversion import DEFAULT_LENGTH
from core.orm.env import Env
from core.orm.fields import TEXTS, TO_ONE, Field

Schema = dict[str, Any]
_REF: Final = "#/components/schemas/"
_LONG: Final = 12
"""Choices of more codes than this stand once in the document, however many fields have them."""

VALUES: Final[dict[str, Schema]] = {
    "Reference": {
        "type": ["object", "null"], "required": ["id", "name"],
        "properties": {"id": {"type": ["integer", "null"]}, "name": {"type": ["string", "null"]}},
    },
    "ReferenceInput": {
        "anyOf": [
            {"type": ["integer", "null"], "minimum": 1},
            {"type": "object", "required": ["id"], "additionalProperties": False,
             "properties": {"id": {"type": "integer", "minimum": 1}, "name": {"type": ["string", "null"]}}},
        ],
    },
    "Amount": {
        "type": ["object", "null"], "required": ["amount", "currency"],
        "properties": {"amount": {"type": "string"}, "currency": {"type": ["string", "null"]}},
    },
    "Number": {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "NumberInput": {"type": ["string", "number", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "AmountInput": {
        "anyOf": [
            {"$ref": f"{_REF}NumberInput"},
            {"type": "object", "required": ["amount"], "additionalProperties": False,
             "properties": {"amount": {"$ref": f"{_REF}NumberInput"}, "currency": {"type": ["string", "null"]}}},
        ],
    },
    "Texts": {
        "type": ["object", "null"], "additionalProperties": False,
        "properties": {language: {"type": ["string", "null"]} for language in LANGUAGES},
    },
}  # fmt: skip
"""What many fields share."""


class Schemas:
    """Makes the schemas of fields; `shared` are those that stand once in the document."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self.shared: dict[str, Schema] = dict(VALUES)
        self._codes: dict[Any, str] = {}

    def read(self, field: Field, states: Iterable[State] = ()) -> Schema:
        """The value as it is given out."""
        return self._named(field, self._value(field, states, given=False))

    def given(self, field: Field) -> Schema:
        """The value as it is taken."""
        return self._named(field, self._value(field, (), given=True))

    def _named(self, field: Field, value: Schema) -> Schema:
        found: Schema = {"title": str(field.label), **value}
        if field.help is not None:
            found["description"] = str(field.help)
        if field.target_key is not None:
            found["x-model"] = field.target_key
        if field.option_list is not None:
            found["x-list"] = field.option_list
        return found

    def _value(self, field: Field, states: Iterable[State], *, given: bool) -> Schema:
        end = "Input" if given else ""
        if field.kind in TO_ONE:
            return ref(f"Reference{end}")
        if field.kind == "many2many":
            return {"type": "array" if given else ["array", "null"], "items": ref(f"Reference{end}")}
        if field.kind == "money":
            return ref(f"Amount{end}")
        if field.kind == "decimal":
            return ref(f"Number{end}")
        if field.kind == "state":
            return _labelled((one.code, str(one.label)) for one in states)
        if field.kind == "selection":
            return self._choices(field)
        if given and field.kind in TEXTS:
            return {
                "type": ["string", "null"],
                "maxLength": field.max_length or DEFAULT_LENGTH.get(field.kind, 500),
            }
        return dict(_PLAIN.get(field.kind) or _TEXT)

    def _choices(self, field: Field) -> Schema:
        choices = [(code, str(label)) for code, label in field.choices if self._is_here(field, code)]
        labelled = _labelled(choices, empty=True)
        if len(choices) <= _LONG:
            return labelled
        name = self._codes.setdefault(field.choices, f"Codes{len(self._codes) + 1}")
        self.shared.setdefault(name, labelled)
        return ref(name)

    def _is_here(self, field: Field, code: str) -> bool:
        """Whether a choice that is a model, or a field of one, belongs to an addon that is on."""
        models, addons = self._env.composition.models, self._env.addons
        if field.choices_of is not None:
            known = models[field.choices_of].fields.get(code)
            return known is None or known.addon in addons
        return code not in models or models[code].addon in addons


def ref(name: str) -> Schema:
    """What stands once in the document under this name."""
    return {"$ref": _REF + name}


def _labelled(choices: Iterable[tuple[str, str]], *, empty: bool = False) -> Schema:
    """Codes, each with its words."""
    found: list[Schema] = [{"const": code, "title": label} for code, label in choices]
    return {"oneOf": [*found, {"type": "null"}]} if empty else {"oneOf": found}


_TEXT: Final[Schema] = {"type": ["string", "null"]}
_PLAIN: Final[Mapping[str, Schema]] = {
    "integer": {"type": ["integer", "null"]}, "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"}, "translated": ref("Texts"),
}  # fmt: skip
