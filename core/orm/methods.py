"""Methods that people may call: transitions and actions, declared with what a dialog and an API need to know.

A declaration is found on the definition class. The composer gives the composed class a *guarded* copy, so that
`lead.assign(to=user)` asks for the right, checks the state and writes the audit once around the whole chain of
overrides, while `super().assign(to)` inside an override reaches the plain function below.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from types import MethodType
from typing import (
    Annotated,
    Any,
    Concatenate,
    ForwardRef,
    Generic,
    Literal,
    ParamSpec,
    Self,
    TypeVar,
    get_args,
    get_origin,
    overload,
)

from sqlalchemy import ColumnElement

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.column_types import State

P = ParamSpec("P")
R = TypeVar("R")
Where = ColumnElement[bool]
By = Callable[[Any], Where] | Callable[[Any, Any], Where]
"""`by(env)`, or `by(env, model)` where a mixin declares the step and the model that has it is not known yet."""


@dataclass(frozen=True)
class arg:
    """How an argument of a method is asked for in a dialog."""

    label: LazyString
    required: bool = True
    longtext: bool = False
    list: str | None = None
    choices: tuple[tuple[str, LazyString], ...] = ()
    help: LazyString | None = None
    default: Callable[[Any, Any], Any] | None = None
    """Proposes a value: `default(env, record)`."""
    where: Callable[[Any, Any], Any] | None = None
    """Which records fit: `where(env, record)` gives a condition. Pickers offer what fits, and running asks again."""


@dataclass(frozen=True)
class Argument:
    """An argument after composition: its name and kind as for fields, and the model it points to."""

    name: str
    label: LazyString
    kind: str
    required: bool
    value_type: Any
    spec: arg
    fallback: Any = None


@dataclass(eq=False)
class Method(Generic[P, R]):
    """A transition or an action of a model."""

    function: Callable[Concatenate[Any, P], R]
    label: LazyString
    kind: Literal["transition", "action"]
    right: str = "update"
    by: Any = None
    when: Any = None
    icon: str | None = None
    many: bool = False
    automatic: bool = False
    confirm: LazyString | None = None
    sources: tuple[State, ...] = ()
    target: State | None = None
    danger: bool = False
    even_final: bool = False
    name: str = ""
    owner: type = object
    addon: str = ""
    model_key: str = ""
    guarded: bool = False
    arguments: tuple[Argument, ...] = field(default=())

    def __set_name__(self, owner: type, name: str) -> None:
        if self.name:  # a view that names the method, `move = Lead.move`, does not declare it again
            return
        self.name, self.owner = name, owner
        self.__doc__ = self.function.__doc__

    @property
    def __keyuan_name__(self) -> str:
        return self.name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Callable[P, R]: ...
    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return self
        return MethodType(self.call_guarded if self.guarded else self.function, instance)

    def call_guarded(self, record: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run through the Env: right, rows, state, hooks and audit."""
        from core.orm.context import current_env

        bound = inspect.signature(self.function).bind(record, *args, **kwargs)
        arguments = dict(list(bound.arguments.items())[1:])
        return current_env().run(self, [record], **arguments)[0]

    def guard(self, owner: type, model_key: str, addon: str, names: Mapping[str, Any]) -> Method[P, R]:
        """The copy that the composed class carries."""
        guarded = copy.copy(self)
        guarded.owner, guarded.model_key, guarded.addon, guarded.guarded = owner, model_key, addon, True
        guarded.arguments = arguments_of(self.function, names)
        guarded.by, guarded.when = _of_model(self.by, owner), _of_model(self.when, owner)
        return guarded

    def allowed_from(self, state: State | None) -> bool:
        """Whether a record in this state offers the method; an action is offered in every state but a final one."""
        if self.kind == "transition":
            return state in self.sources
        return state is None or self.even_final or not state.final


def _of_model(by: Any, owner: type) -> Any:
    """The condition with its model given, so that everybody asks `by(env)`."""
    if by is None or len(inspect.signature(by).parameters) == 1:
        return by

    @wraps(by)
    def given(env: Any) -> Where:
        where: Where = by(env, owner)
        return where

    return given


def transition(
    *sources: State,
    to: State | None,
    label: LazyString,
    right: str = "update",
    by: By | None = None,
    when: By | None = None,
    icon: str | None = None,
    many: bool = False,
    automatic: bool = False,
    confirm: LazyString | None = None,
    danger: bool = False,
) -> Callable[[Callable[Concatenate[Any, P], R]], Method[P, R]]:
    """A step of the record's life from one of `sources` to the state `to` (None: the state stays as it is).

    `right` is the function right asked for, `by(env)` the rows on which the caller may do it, in a mixin
    `by(env, model)`. `when(env)` are the rows on which there is something to do for it: the button stands there only.
    Running does not ask it, so the function says in words what there is nothing to do for. `automatic` has no button.
    With `many=True` the function gets all records at once.
    """

    def declare(function: Callable[Concatenate[Any, P], R]) -> Method[P, R]:
        return Method(
            function, label, "transition", right=right, by=by, when=when, icon=icon, many=many, automatic=automatic,
            confirm=confirm, sources=sources, target=to, danger=danger,
        )  # fmt: skip

    return declare


def action(
    *,
    label: LazyString,
    right: str = "update",
    by: By | None = None,
    when: By | None = None,
    icon: str | None = None,
    many: bool = False,
    automatic: bool = False,
    confirm: LazyString | None = None,
    danger: bool = False,
    even_final: bool = False,
) -> Callable[[Callable[Concatenate[Any, P], R]], Method[P, R]]:
    """Something people do with a record that leaves its state alone.

    `right`, `by` and `when` are those of a transition. `even_final` offers it on closed records as well: for what only
    reads them, such as copying one as new.
    """

    def declare(function: Callable[Concatenate[Any, P], R]) -> Method[P, R]:
        return Method(
            function, label, "action", right=right, by=by, when=when, icon=icon, many=many, automatic=automatic,
            confirm=confirm, danger=danger, even_final=even_final,
        )  # fmt: skip

    return declare


def arguments_of(function: Callable[..., Any], names: Mapping[str, Any]) -> tuple[Argument, ...]:
    """The declared arguments of a method, from its annotations; `names` are the definitions of all models."""
    scope = {**names, **getattr(function, "__globals__", {})}
    hints = inspect.get_annotations(function, globals=scope, eval_str=True)
    found = []
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        annotation = hints.get(name)
        if get_origin(annotation) is not Annotated:
            where = f"{function.__module__}.{function.__qualname__}"
            raise CompositionError(
                _(
                    "Argument {name} of {where} needs a label: Annotated[…, arg(_('…'))].",
                    name=name,
                    where=where,
                )
            )
        value_type, *notes = get_args(annotation)
        if isinstance(value_type, ForwardRef):
            value_type = eval(value_type.__forward_arg__, scope)  # noqa: S307 - an author's own annotation
        spec = next(note for note in notes if isinstance(note, arg))
        optional = type(None) in get_args(value_type)
        if optional:
            value_type = next(part for part in get_args(value_type) if part is not type(None))
        has_default = parameter.default is not inspect.Parameter.empty
        found.append(
            Argument(
                name, spec.label, _kind_of(value_type, spec), spec.required and not optional, value_type, spec,
                parameter.default if has_default else None,
            )
        )  # fmt: skip
    return tuple(found)


_KINDS: Mapping[str, str] = {
    "str": "text", "int": "integer", "bool": "boolean", "Decimal": "decimal", "date": "date", "datetime": "datetime",
}  # fmt: skip


def _kind_of(value_type: Any, spec: arg) -> str:
    if spec.list is not None:
        return "option"
    if spec.choices:
        return "selection"
    if spec.longtext:
        return "longtext"
    name = getattr(value_type, "__name__", str(value_type))
    return _KINDS.get(name, "many2one")


def methods_of(namespace: Mapping[str, Any]) -> Sequence[Method[..., Any]]:
    """The methods declared in a class body."""
    return [value for value in namespace.values() if isinstance(value, Method)]
