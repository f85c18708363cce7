"""From JSON to the values that the kernel takes: each kind of field has one form, and says what does not fit.

The kernel converts and checks what comes from here as it does what a form sends. Here only what JSON cannot say is made
of what it can (days, exact numbers, references), and what a program might mean otherwise than we is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from core.i18n import LANGUAGES, LazyString, _
from core.orm.fields import TEXTS, TO_ONE, Field

_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
Take = Callable[[Field, Any], Any]


def taken(field: Field, value: Any, currency: str | None = None) -> Any:
    """The value for the kernel; ValueError with a sentence where it is none of this field. `currency` is the one in
    which an amount of the record is, as far as that is known.
    """
    if value is None:
        return None
    if field.kind == "money":
        return _amount(field, value, currency)
    return _BY_KIND[field.kind](field, value)


def can_be_given(field: Field) -> bool:
    """Whether JSON has a form for the field's values: neither secrets nor files come this way."""
    return field.kind == "money" or field.kind in _BY_KIND


def _wrong(field: Field, words: LazyString) -> ValueError:
    return ValueError(_("{name}: {problem}", name=field.label, problem=words))


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(field, _("a text is expected."))
    return value


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(field, _("a whole number is expected."))
    return value


def _number(field: Field, value: Any) -> Decimal:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    raise _wrong(field, _("a number is expected, best as a text such as “12.50”."))


def _amount(field: Field, value: Any, currency: str | None) -> Decimal | None:
    if not isinstance(value, Mapping):
        return _number(field, value)
    if not value.keys() <= {"amount", "currency"} or "amount" not in value:
        raise _wrong(field, _("an amount is a number, or an object with “amount” and “currency”."))
    given = value.get("currency")
    if given is not None and given != currency:
        if currency is None:
            raise _wrong(field, _("the currency of this amount is set elsewhere; give the amount alone."))
        raise _wrong(field, _("this amount is in {currency}.", currency=currency))
    return None if value["amount"] is None else _number(field, value["amount"])


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, _("true or false is expected."))
    return value


def _day(field: Field, value: Any) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(field, _("a day such as “2026-11-23” is expected."))


def _moment(field: Field, value: Any) -> datetime:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(field, _("a moment such as “2026-11-23T10:00:00Z” is expected."))


def _reference(field: Field, value: Any) -> int:
    if isinstance(value, Mapping) and value.keys() <= {"id", "name"}:
        value = value.get("id")
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(field, _("the number of a record is expected."))
    return value


def _references(field: Field, value: Any) -> list[int]:
    if not isinstance(value, list):
        raise _wrong(field, _("a list of numbers of records is expected."))
    return [_reference(field, one) for one in value]


def _translated(field: Field, value: Any) -> dict[str, str | None]:
    if not isinstance(value, Mapping) or not all(
        language in LANGUAGES and isinstance(text, str | None) for language, text in value.items()
    ):
        languages = ", ".join(LANGUAGES)
        raise _wrong(
            field, _("an object of texts by language is expected: {languages}.", languages=languages)
        )
    return dict(value)


_BY_KIND: Final[Mapping[str, Take]] = {
    **dict.fromkeys((*TEXTS, "selection"), _text), **dict.fromkeys(TO_ONE, _reference), "integer": _integer,
    "decimal": _number, "boolean": _boolean, "date": _day, "datetime": _moment, "many2many": _references,
    "translated": _translated,
}  # fmt: skip
