"""Field declarations: what an author writes in a model, before anything is mapped.

A `Field` says what people may know about a value: its label, whether it is required, searched, shown on the
timeline, who may see it. It is a *declaration* while addons are imported and becomes SQL when the composer has
mapped the model: `Lead.title` is then SQLAlchemy's attribute of the composed class. Comparing a declaration is
a mistake of the author (a rule written at module level) and raises with the remedy.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Self

from core.errors import CompositionError
from core.i18n import LazyString, _

if TYPE_CHECKING:
    from core.orm.column_types import State

MISSING: Final[Any] = type(
    "Missing", (), {"__repr__": lambda self: "MISSING", "__bool__": lambda self: False}
)()
OnDelete = Literal["refuse", "clear", "part_of"]
RELATIONS: Final = frozenset({"many2one", "option", "one2many", "many2many"})
TO_ONE: Final = frozenset({"many2one", "option"})
TO_MANY: Final = frozenset({"one2many", "many2many"})
TEXTS: Final = frozenset({"text", "longtext", "email", "phone", "url", "number"})


Choices = tuple[tuple[str, LazyString], ...]
ChoicesFrom = Callable[[Any], Choices]


class Field:
    """One declared field of a model. The composer binds a copy of it to each model that has it."""

    __keyuan_field__ = True
    name: str = ""
    owner: type
    addon: str = ""
    model_key: str = ""
    column_name: str = ""
    required: bool = False
    target_key: str | None = None
    value_type: Any = None
    declared_in: type

    def __init__(self, kind: str, label: LazyString, *, default: Any = MISSING, **options: Any) -> None:
        self.kind = kind
        self.label = label
        self.default = default
        self.help: LazyString | None = options.pop("help", None)
        self.asked_required: bool | None = options.pop("required", None)
        self.tracked: bool = options.pop("tracked", False)
        self.readonly: bool = options.pop("readonly", False)
        self.searchable: bool = options.pop("searchable", False)
        self.sortable: bool = options.pop("sortable", False)
        self.unique: bool = options.pop("unique", False)
        self.index: bool = options.pop("index", False)
        self.personal: bool = options.pop("personal", False)
        """Erased with a person's data; on a relation: the record is about the same person and is erased with it."""
        self.visible_to: tuple[Any, ...] = tuple(options.pop("visible_to", ()))
        self.editable_by: tuple[Any, ...] = tuple(options.pop("editable_by", ()))
        self.max_length: int | None = options.pop("max_length", None)
        choices: Choices | ChoicesFrom = options.pop("choices", ())
        self.choices_from: ChoicesFrom | None = choices if callable(choices) else None
        """Tells the choices of a composition where they are its models. The table has no rule about them."""
        self.choices: Choices = () if callable(choices) else tuple(choices)
        self.choices_of: str | None = options.pop("choices_of", None)
        self.to: str | None = options.pop("to", None)
        self.on_delete: OnDelete = options.pop("on_delete", "refuse")
        self.back: str | None = options.pop("back", None)
        self.depends: tuple[str, ...] = tuple(options.pop("depends", ()))
        self.compute: Callable[[Any], Any] | None = options.pop("by", None)
        self.sql: Callable[[Any], Any] | None = options.pop("sql", None)
        self.of: str | None = options.pop("of", None)
        """Of a total: the one2many of the same record that it is taken over."""
        self.sum: str | None = options.pop("sum", None)
        self.where: tuple[str, Any] | None = options.pop("where", None)
        self.among: Callable[[Any, Mapping[str, Any]], Any] | None = options.pop("among", None)
        """Of a reference: which records fit, by the other values. See `core.orm.among`."""
        self.currency: str | None = options.pop("currency", None)
        self.is_exact_money: bool = options.pop("money", False)
        """An amount that follows from rates or averages: shown as money, kept as exactly as a number."""
        self.sequence: str | None = options.pop("sequence", None)
        self.final_in: frozenset[str] = frozenset(
            getattr(one, "code", one) for one in options.pop("final_in", ())
        )
        """Of a number: codes of the states in which it is final. See `core.orm.final_numbers`."""
        self.option_list: str | None = options.pop("list", None)
        self.grouped: bool = options.pop("grouped", True)
        """Whether thousands are set apart; years and codes are not."""
        self.minimum: Any = options.pop("minimum", None)
        self.maximum: Any = options.pop("maximum", None)
        self.system: bool = options.pop("system", False)
        if options:
            raise CompositionError(_("A field has no setting named {names}.", names=", ".join(options)))

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.name:  # a view that names the field, `column = Lead.state`, does not declare it again
            self.name, self.owner = name, owner

    def __get__(self, instance: object | None, owner: type) -> Any:
        composed = owner.__dict__.get(
            "__composed__"
        )  # not the one of a base: this class may not be composed yet
        if composed is None:
            return self
        if composed is owner:
            raise AttributeError(f"{owner.__name__}.{self.name} is not mapped")
        return getattr(composed, self.name)

    def value_of_record(self, instance: Any) -> Any:
        """The value of an expression field on one record, read from the database."""
        from core.orm.context import current_env

        return current_env().value_of(instance, self.name)

    def bound(self, model_key: str, addon: str, owner: type) -> Self:
        """A copy that belongs to one model; mixins' fields are shared by many."""
        bound = copy.copy(self)
        bound.model_key, bound.addon, bound.owner = model_key, addon, owner
        return bound

    @cached_property
    def is_stored(self) -> bool:
        """Whether the model's own table has a column for it."""
        return self.sql is None and self.kind not in TO_MANY

    @cached_property
    def attribute(self) -> str:
        """The mapped attribute that holds the stored value: the id for a relation to one."""
        return f"{self.name}_id" if self.kind in TO_ONE else self.name

    @cached_property
    def is_computed(self) -> bool:
        return self.compute is not None or self.sql is not None or self.of is not None

    def __repr__(self) -> str:
        owner = getattr(self, "owner", None)
        return f"<field {owner.__name__ if owner else '?'}.{self.name}>"

    __hash__ = object.__hash__

    def _not_yet(self, *_args: object) -> NoReturn:
        raise TypeError(
            f"{self!r} is a declaration until the addons are composed: put this in a function, "
            "which runs when the product has started."
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _not_yet
    __add__ = __sub__ = __mul__ = __truediv__ = __and__ = __or__ = __invert__ = _not_yet
    is_ = is_not = in_ = not_in = like = ilike = between = has = any = _not_yet


def field_name(reference: Any) -> str:
    """The field's name, whether it is still a declaration, already SQL, or a plain name."""
    if isinstance(reference, str):
        return reference
    if isinstance(reference, Field):
        return reference.name
    key = getattr(reference, "key", None)
    if isinstance(key, str):
        return key
    name = getattr(reference, "__keyuan_name__", None)
    if isinstance(name, str):
        return name
    expression_ = getattr(getattr(getattr(reference, "descriptor", None), "fget", None), "__self__", None)
    if isinstance(expression_, Field):  # an expression on a composed class, which tells no key
        return expression_.name
    raise TypeError(f"{reference!r} is not a field")


def key_of(record: Any, relation: Any) -> int | None:
    """The id behind a relation to one: `key_of(lead, Lead.customer)`, without reading the other record."""
    found: int | None = getattr(record, f"{field_name(relation)}_id")
    return found


def field(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A plain value; its kind follows from the annotation (str, int, bool, Decimal, date, datetime, dict).

    A Decimal with `money=True` is an amount that is kept to eight decimals, such as an average cost for one unit.
    """
    return Field("auto", label, default=default, **options)


def longtext(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """Text of several lines."""
    return Field("longtext", label, default=default, **options)


def email(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A mail address: checked when saved, shown as a link."""
    return Field("email", label, default=default, **options)


def phone(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A telephone number as people write it; any part of three digits or more finds it when searchable."""
    return Field("phone", label, default=default, **options)


def url(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A web address (http or https)."""
    return Field("url", label, default=default, **options)


def money(label: LazyString, *, default: Any = MISSING, currency: str | None = None, **options: Any) -> Any:
    """An amount, NUMERIC(19,4); `currency` names the field that holds its currency, else the company's."""
    return Field("money", label, default=default, currency=currency, **options)


def secret(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A value that is written and never given out: no page, list, export, audit or API shows it."""
    return Field("secret", label, default=default, **options)


def file(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A stored file (`Mapped[StoredFile | None]`): chosen in forms, read through its record and by nobody else."""
    return Field("file", label, default=default, **options)


def translated(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """A text in several languages, {language: text}; shown in the reader's, sorted by its own key."""
    return Field("translated", label, default=default, **options)


def sentence(label: LazyString, *, default: Any = MISSING, **options: Any) -> Any:
    """What the program says about a record (`Mapped[LazyString | None]`), such as why a price holds: a text of the
    catalogue with its arguments, kept as data and read in the reader's language. Nobody types it.
    """
    return Field("sentence", label, default=default, readonly=True, **options)


def selection(
    label: LazyString,
    *,
    choices: Sequence[tuple[str, LazyString]] | ChoicesFrom,
    default: Any = MISSING,
    **options: Any,
) -> Any:
    """One of a few codes that the program knows; lists that administrators edit are `option`.

    A function gives the choices of a composition, for codes that are models of the installed addons.
    """
    return Field("selection", label, default=default, choices=choices, **options)


def field_choice(label: LazyString, *, of: str, default: Any = MISSING, **options: Any) -> Any:
    """The name of a field that people fill in on records of the model `of`; what addons add to it can be chosen too."""
    return Field("selection", label, default=default, choices_of=of, **options)


def number(
    label: LazyString,
    *,
    sequence: str,
    final_in: Sequence[State | str] = (),
    init: Literal[False] = False,
    default: Any = None,
    **options: Any,
) -> Any:
    """A document number, drawn from the company's numbering rule when the record is created.

    `final_in` names the states in which the document counts: `final_in=(POSTED, REVERSED)`. A company may then number
    it without gaps: drafts have a provisional number, and the final one is drawn by the step into one of these states.
    """
    options.setdefault("readonly", True)
    return Field("number", label, default=default, sequence=sequence, final_in=final_in, **options)


def option(label: LazyString, *, list: str, default: Any = MISSING, **options: Any) -> Any:
    """A choice from an option list that administrators edit (rows of base.option)."""
    return Field("option", label, default=default, list=list, to="base.option", **options)


def many2one(
    label: LazyString,
    *,
    default: Any = MISSING,
    to: str | None = None,
    on_delete: OnDelete = "refuse",
    among: Callable[[Any, Mapping[str, Any]], Any] | None = None,
    **options: Any,
) -> Any:
    """A reference to one record. `on_delete` says what deleting *that* record does to this one.

    `among(env, values)` gives the condition that the record has to meet by the other values of this one, references as
    ids: pickers offer what fits, and saving asks again. None leaves the choice free.
    """
    return Field("many2one", label, default=default, to=to, on_delete=on_delete, among=among, **options)


def one2many(
    label: LazyString, *, back: str, init: Literal[False] = False, default: Any = None, **options: Any
) -> Any:
    """The records that point here through their field `back`; read only, written from the other side."""
    return Field("one2many", label, default=default, back=back, **options)


def many2many(label: LazyString, *, default: Any = None, to: str | None = None, **options: Any) -> Any:
    """References to many records, kept in a table of the declaring addon."""
    return Field("many2many", label, default=default, to=to, **options)


def state_field(
    initial: State, *, label: LazyString | None = None, init: Literal[False] = False, **options: Any
) -> Any:
    """The record's state; only transitions change it."""
    return Field("state", label or _("State"), default=initial, readonly=True, tracked=True, **options)


def computed(
    label: LazyString,
    *,
    by: Callable[[Any], Any],
    depends: Sequence[str],
    init: Literal[False] = False,
    default: Any = None,
    **options: Any,
) -> Any:
    """A stored value that follows from others: `by(record)`, again whenever one of `depends` changes.

    `depends` names fields of the record or, after a dot, of a record it points to. The result depends neither
    on who is asking nor on overrides that a company can switch off, because it is stored once for everybody.
    With `currency`, the field that holds it, the value is an amount; with `money=True` one in the company's currency.
    """
    return Field("auto", label, default=default, by=by, depends=depends, readonly=True, **options)


def expression(
    label: LazyString,
    *,
    sql: Callable[[Any], Any],
    init: Literal[False] = False,
    default: Any = None,
    **options: Any,
) -> Any:
    """A value computed by the database at reading time: `sql(model)` gives the expression. With `currency` or
    `money=True` it is an amount, as a computed one is.
    """
    return Field("auto", label, default=default, sql=sql, readonly=True, **options)


def translations(value: Mapping[str, str] | LazyString | str) -> dict[str, str]:
    """A translated field's value from what an author or a form gives."""
    if isinstance(value, LazyString):
        return {language: value.translate(language) for language in ("zh_CN", "en")}
    return {"en": value, "zh_CN": value} if isinstance(value, str) else dict(value)
