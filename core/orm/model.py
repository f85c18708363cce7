"""Model definitions: the classes authors write. Importing one marks it and changes nothing.

A *definition* is plain Python and may be imported without a database. The *composed* class is built from all
definitions of the installed addons (`compose.py`) and is the one with rows. Authors only ever name
definitions: calling one makes a composed instance, `select(Lead)` and `isinstance(x, SalesLead)` work with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, dataclass_transform

from sqlalchemy import inspection
from sqlalchemy.orm import Mapped
from sqlalchemy.orm.base import opt_manager_of_class

from core.errors import CompositionError
from core.i18n import LazyString, _
from core.orm.fields import (
    computed,
    email,
    expression,
    field,
    file,
    longtext,
    many2many,
    many2one,
    money,
    number,
    one2many,
    option,
    phone,
    secret,
    selection,
    sentence,
    state_field,
    translated,
    url,
)  # fmt: skip
from core.orm.totals import total

TableKind = Literal["deployment", "company", "shared"]


def snake(name: str) -> str:
    """`SalesLead` -> `sales_lead`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass_transform(
    kw_only_default=True,
    field_specifiers=(
        field, longtext, email, phone, url, money, secret, file, translated, sentence, selection, number, option,
        many2one, one2many, many2many, state_field, computed, expression, total,
    ),
)  # fmt: skip
class ModelMeta(type):
    """Sends calls of a definition to its composed class."""

    if not TYPE_CHECKING:  # type checkers shall see the constructor that `dataclass_transform` describes

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            composed = cls.__dict__.get("__composed__")
            if composed is cls:
                return super().__call__(*args, **kwargs)
            composed = getattr(cls, "__composed__", None)
            if composed is None:
                raise TypeError(f"{cls.__name__} has no rows before the addons are composed")
            return composed(*args, **kwargs)


class Model(metaclass=ModelMeta):
    """The root of all models. Subclass it through the mixin that says what kind of table it is."""

    __keyuan_mark__: ClassVar[str] = "mixin"
    __composed__: ClassVar[Any] = None
    __definition__: ClassVar[type | None] = None
    __table_kind__: ClassVar[TableKind | None] = None
    __model_options__: ClassVar[dict[str, Any]] = {}

    id: Mapped[int] = field(_("ID"), default=None, readonly=True, system=True)
    created_at: Mapped[datetime] = field(
        _("Created at"), default=None, readonly=True, system=True, sortable=True
    )
    created_by: Mapped[Any] = many2one(
        _("Created by"), default=None, to="base.user", readonly=True, system=True
    )
    changed_at: Mapped[datetime] = field(_("Last change"), default=None, readonly=True, system=True)
    changed_by: Mapped[Any] = many2one(
        _("Changed by"), default=None, to="base.user", readonly=True, system=True
    )
    version: Mapped[int] = field(_("Version"), default=1, readonly=True, system=True)
    deleted_at: Mapped[datetime | None] = field(_("Deleted at"), default=None, readonly=True, system=True)
    custom: Mapped[dict[str, Any]] = field(_("Own fields"), default=None, readonly=True, system=True)

    def __init_subclass__(
        cls, *, extend: bool = False, mixin: bool = False, composed: bool = False, **options: Any
    ) -> None:
        super().__init_subclass__()
        if composed:
            return
        extended = [base for base in cls.__mro__[1:] if base.__dict__.get("__keyuan_mark__") == "model"]
        if mixin:
            cls.__keyuan_mark__ = "mixin"
        elif extend:
            cls.__keyuan_mark__ = "extension"
            cls.__definition__ = _extended_model(cls, extended)
        elif extended:
            raise CompositionError(
                _(
                    "{name} subclasses the model {base}. Write {name}({base}, extend=True) to extend it; "
                    "models of their own share behaviour through mixins.",
                    name=cls.__qualname__, base=extended[0].__qualname__,
                )
            )  # fmt: skip
        else:
            cls.__keyuan_mark__ = "model"
            cls.__definition__ = cls
            if cls.__table_kind__ is None:
                raise CompositionError(
                    _(
                        "{name} needs one of CompanyOwned, Shared or Deployment as a base.",
                        name=cls.__qualname__,
                    )
                )
            _check_options(cls, options)
        cls.__model_options__ = options

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id')}>"

    def __str__(self) -> str:
        display = type(self).__composed__.__model_info__.display
        return str(getattr(self, display) or "")


def _extended_model(cls: type, extended: Sequence[type]) -> type:
    if len(set(extended)) != 1:
        raise CompositionError(
            _("{name} extends {count} models; extend=True takes definitions of exactly one.",
              name=cls.__qualname__, count=len(set(extended)))
        )  # fmt: skip
    return extended[0]


KNOWN_OPTIONS = frozenset(
    {
        "label",
        "plural",
        "display",
        "unique",
        "indexed",
        "order",
        "ordered_by",
        "icon",
        "handed_over",
        "page",
        "names",
    }
    | {"part_of", "editable_in", "always_editable", "immutable", "undoable"}
)


def _check_options(cls: type, options: dict[str, Any]) -> None:
    unknown = set(options) - KNOWN_OPTIONS
    if unknown:
        raise CompositionError(
            _(
                "{name}: unknown model settings {names}.",
                name=cls.__qualname__,
                names=", ".join(sorted(unknown)),
            )
        )
    options.setdefault("label", LazyString("core", cls.__name__))
    options.setdefault("plural", options["label"])


class Deployment(Model, mixin=True):
    """Rows of the whole deployment, without a company: users, companies, sessions."""

    __table_kind__: ClassVar[TableKind | None] = "deployment"


class WalledDeployment(Deployment, mixin=True):
    """Rows of the deployment, each of the company in its required field `company`. The walls of companies stand around
    them; who needs those of all companies says so (`core.orm.engine.across_companies`).
    """

    __walled__: ClassVar[bool] = True


class WorkedOff(WalledDeployment, mixin=True):
    """Rows that the deployment works off, each for its company: a queue. That something was put there is no change of a
    record.
    """

    __worked_off__: ClassVar[bool] = True


class CompanyOwned(Model, mixin=True):
    """Rows of one company; no other company sees or changes them."""

    __table_kind__: ClassVar[TableKind | None] = "company"

    company: Mapped[Any] = many2one(_("Company"), default=None, to="base.company", readonly=True, system=True)


class Shared(Model, mixin=True):
    """Rows of one company, or of all companies (company 0), whose writing needs a right of its own."""

    __table_kind__: ClassVar[TableKind | None] = "shared"

    company: Mapped[Any] = many2one(_("Company"), default=None, to="base.company", readonly=True, system=True)


class Tracked(Model, mixin=True):
    """The record has a timeline: its tracked changes, transitions and activities."""

    __tracked__: ClassVar[bool] = True


@inspection._inspects(ModelMeta)
def _inspect_definition(cls: ModelMeta) -> Any:
    """What SQLAlchemy sees in a definition: the mapper of its composed class.

    The one place that uses SQLAlchemy's private registrar; without it `aliased(Lead)` and `session.get(Lead, 1)`
    would not know definitions. tests/core/orm/test_query_forms.py runs every form we promise.
    """
    composed = getattr(cls, "__composed__", None)
    manager = None if composed is None else opt_manager_of_class(composed)
    return manager.mapper if manager is not None and manager.is_mapped else None
