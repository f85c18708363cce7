"""From declared annotations to kinds, required-ness and relation targets."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, ForwardRef, Union, get_args, get_origin

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.clashes import clash
from core.orm.fields import MISSING, RELATIONS, TO_MANY, TO_ONE, Field
from core.orm.model import Model
from core.orm.places import place_of

if TYPE_CHECKING:
    from core.orm.compose import Composition, ModelInfo

KIND_OF_TYPE: Final[dict[Any, str]] = {
    str: "text", int: "integer", bool: "boolean", Decimal: "decimal", date: "date", datetime: "datetime",
    dict: "json", list: "json",
}  # fmt: skip


def collect_fields(info: ModelInfo) -> dict[str, Field]:
    """The fields of a model: its own first, then those of extensions in dependency order, system fields last."""
    found: dict[str, Field] = {}
    seen: set[type] = set()
    for addon, definition in [(info.addon, info.definition), *info.extensions]:
        for cls in definition.__mro__:
            if cls in seen or not issubclass(cls, Model):
                continue
            seen.add(cls)
            for value in vars(cls).values():
                if isinstance(value, Field):
                    _add(found, info, addon, value, cls)
    return dict(sorted(found.items(), key=lambda item: item[1].system))


def _add(found: dict[str, Field], info: ModelInfo, addon: str, value: Field, cls: type) -> None:
    known = found.get(value.name)
    if known is not None:
        raise clash(info, value.name, (known.addon, known.declared_in), (addon, cls))
    bound = value.bound(info.key, addon, info.cls)
    bound.declared_in = cls
    base = bound.name if addon == info.addon else f"{addon}__{bound.name}"
    bound.column_name = f"{base}_id" if bound.kind in ("many2one", "option") else base
    found[value.name] = bound


def resolve_fields(composed: Composition, info: ModelInfo, names: Mapping[str, Mapping[str, Any]]) -> None:
    """Set kind, required and target of every field of a model. `names` are the models that each addon can name."""
    for found in info.fields.values():
        value_type, optional = _annotated(found, names[found.addon])
        found.value_type = value_type
        if found.kind in RELATIONS:
            found.target_key = found.to or _key_of(composed, found, value_type)
        elif found.kind == "auto":
            is_money = found.currency or found.is_exact_money
            found.kind = "selection" if found.choices else "money" if is_money else _kind(found, value_type)
        no_default = found.default is MISSING
        wanted = not optional and no_default and not found.is_computed and found.kind not in TO_MANY
        found.required = found.asked_required if found.asked_required is not None else wanted
        if (
            found.asked_required is None
            and not optional
            and found.default is not None
            and found.kind != "boolean"
        ):
            found.required = found.required or (found.default not in (MISSING, "") and not found.readonly)
        _refuse_impossible(found)
    _refuse_without_company(info)


def _refuse_without_company(info: ModelInfo) -> None:
    """The wall around rows of the deployment asks the column of this field, and lets no row in where it is empty."""
    found = info.fields.get("company")
    if not info.is_walled_deployment or (found and found.target_key == "base.company" and _is_given(found)):
        return
    file, line = place_of(info.definition)
    text = _(
        "{model} belongs to companies: it needs a required field “company”, a reference to base.company.",
        model=info.key,
    )
    raise CompositionError(text, addon=info.addon, model=info.key, file=file, line=line)


def _is_given(found: Field) -> bool:
    return found.required or callable(found.default)


def resolve_field_choices(composed: Composition) -> None:
    """Give the fields that name models, or fields of a model, their choices, now that the kinds of all are known."""
    for info in composed.models.values():
        for found in info.fields.values():
            if found.choices_from is not None:
                found.choices = found.choices_from(composed)
            elif found.choices_of is not None:
                known = composed.info(found.choices_of).fields.values()
                found.choices = tuple((one.name, one.label) for one in known if _may_be_asked_for(one))


def _may_be_asked_for(found: Field) -> bool:
    """Whether people give it a value that may be missing as well: empty, or the zero that it begins with."""
    is_full = found.required and found.default != 0
    given_by_others = found.system or found.is_computed or found.readonly
    return not (is_full or given_by_others) and found.kind not in (
        "one2many",
        "boolean",
        "secret",
        "json",
        "sentence",
    )


def _refuse_impossible(found: Field) -> None:
    if found.on_delete == "clear" and found.required and found.kind in TO_ONE:
        text = _("{field} is required and cannot be cleared when its record is deleted: choose part_of or refuse.",
                 field=f"{found.model_key}.{found.name}")  # fmt: skip
        raise _mistake(found, text)


def _annotated(found: Field, names: Mapping[str, Any]) -> tuple[Any, bool]:
    cls = found.declared_in
    annotation = vars(cls).get("__annotations__", {}).get(found.name)
    if annotation is None:
        raise _mistake(
            found,
            _("{field} needs an annotation such as Mapped[str].", field=f"{cls.__qualname__}.{found.name}"),
        )
    scope = sys.modules[cls.__module__].__dict__
    mapped = _evaluated(annotation, scope, names, found)
    inner = get_args(mapped)
    if not inner:
        raise _mistake(found, _("{field} needs Mapped[…].", field=f"{cls.__qualname__}.{found.name}"))
    return _without_none(_evaluated(inner[0], scope, names, found), scope, names, found)


def _without_none(value_type: Any, scope: Any, names: Mapping[str, Any], found: Field) -> tuple[Any, bool]:
    if get_origin(value_type) in (Union, types.UnionType):
        parts = [part for part in get_args(value_type) if part is not type(None)]
        return _evaluated(parts[0], scope, names, found), len(parts) < len(get_args(value_type))
    if get_origin(value_type) is list:
        return _evaluated(get_args(value_type)[0], scope, names, found), False
    return value_type, value_type is type(None)


def _evaluated(annotation: Any, scope: Any, names: Mapping[str, Any], found: Field) -> Any:
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, {**names, **scope})  # noqa: S307 - an author's own annotation, as typing does
    except NameError as problem:
        if found.to is not None:
            return Any
        text = _("{field}: {problem}. Import the class, or name the model with to='addon.model'.",
                 field=f"{found.declared_in.__qualname__}.{found.name}", problem=str(problem))  # fmt: skip
        raise _mistake(found, text) from problem


def _key_of(composed: Composition, found: Field, value_type: Any) -> str:
    try:
        return composed.info(value_type).key
    except LookupError:
        text = _("{field} points to {target}, which is not an installed model.",
                 field=f"{found.model_key}.{found.name}", target=str(value_type))  # fmt: skip
        raise _mistake(found, text) from None


def _kind(found: Field, value_type: Any) -> str:
    origin = get_origin(value_type) or value_type
    for known, kind in KIND_OF_TYPE.items():
        if origin is known:
            return kind
    text = _("{field}: a value of type {type} cannot be stored.",
             field=f"{found.model_key}.{found.name}", type=str(value_type))  # fmt: skip
    raise _mistake(found, text)


def refuse_unknown_states(info: ModelInfo) -> None:
    """A number that waits for a state which nothing reaches would be provisional for ever."""
    for found in info.fields.values():
        if not found.final_in <= info.states.keys():
            text = _("{field} of {model} is final in {states}, which are no states of it.", field=found.name,
                     model=info.key, states=sorted(found.final_in - info.states.keys()))  # fmt: skip
            raise _mistake(found, text)


def _mistake(found: Field, text: LazyString) -> CompositionError:
    file, line = place_of(found.declared_in, found.name)
    return CompositionError(
        text, addon=found.addon, model=found.model_key, field=found.name, file=file, line=line
    )
