"""What all views have in common. A subclass is only checked and marked: importing one changes nothing.

`class LeadForm(FormView[Lead])` declares a view of a model; `class X(LeadForm, extend=True)` is another
addon's set of changes to it. Nothing of a view is worked out before the addons are composed, see
`core.views.resolve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar, get_args

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.views.extend import Change
from core.views.references import Location, location

M = TypeVar("M")


class View(Generic[M]):
    """The root of all kinds of view.

    `name` tells several views of a model apart and stands in the address; it is the kind unless set. `icon`
    and `label` are shown where one switches between the views of a model.
    """

    kind: ClassVar[str] = ""
    name: ClassVar[str] = ""
    label: ClassVar[LazyString]
    icon: ClassVar[str] = ""
    changes: ClassVar[Sequence[Change]] = ()

    __keyuan_location__: ClassVar[Location]
    __keyuan_view__: ClassVar[type[View[Any]] | None] = None
    __keyuan_model__: ClassVar[type | None] = None

    def __init_subclass__(cls, *, extend: bool = False) -> None:
        super().__init_subclass__()
        cls.__keyuan_location__ = location(1)
        inherited = (getattr(base, "__keyuan_view__", None) for base in cls.__mro__[1:])
        extended = {view for view in inherited if view is not None}
        if extend:
            cls.__keyuan_view__ = _only(cls, extended)
            cls.__keyuan_mark__ = "view_extension"  # type: ignore[attr-defined]
            return
        if extended:
            raise _wrong(
                cls,
                _("{name} subclasses a view. Write extend=True to change that view.", name=cls.__qualname__),
            )
        model = _model_argument(cls)
        if model is None:
            return
        cls.__keyuan_model__ = model
        cls.__keyuan_view__ = cls
        cls.__keyuan_mark__ = "view"  # type: ignore[attr-defined]
        if "changes" in cls.__dict__:
            raise _wrong(cls, _("{name}: changes belong to a view with extend=True.", name=cls.__qualname__))


def own(view: type[View[Any]], attribute: str) -> Any:
    """What this very class says, and not a class it extends; an empty tuple when it says nothing."""
    return view.__dict__.get(attribute, ())


def _model_argument(cls: type) -> type | None:
    """The `Lead` of `FormView[Lead]`; None for a kind of view, which leaves the model open."""
    for base in cls.__dict__.get("__orig_bases__", ()):
        for argument in get_args(base):
            if isinstance(argument, TypeVar):
                return None
            if isinstance(argument, type):
                return argument
    raise _wrong(cls, _("{name} must name its model: class {name}(FormView[Model]).", name=cls.__qualname__))


def _only(cls: type, extended: set[type[View[Any]]]) -> type[View[Any]]:
    if len(extended) != 1:
        raise _wrong(cls, _("{name}: extend=True takes exactly one view.", name=cls.__qualname__))
    return next(iter(extended))


def _wrong(cls: type, message: LazyString) -> CompositionError:
    place: Location = cls.__dict__["__keyuan_location__"]
    return CompositionError(message, model=cls.__qualname__, file=place.file, line=place.line)
