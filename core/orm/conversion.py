"""From what somebody gives to what is stored: one form for each value, or a sentence about what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from functools import partial
from typing import Any, Final

from core.i18n import LANGUAGES, LazyString, _
from core.orm.column_types import State
from core.orm.fields import MISSING, TEXTS, TO_MANY, TO_ONE, Field, translations
from core.orm.normalise import entry_text, is_blank, one_line
from core.orm.sentence import LONGEST, said_as, sentence_text
from core.orm.stored_file import StoredFile

DEFAULT_LENGTH: Final = {
    "text": 500,
    "email": 254,
    "phone": 50,
    "url": 2000,
    "longtext": 100_000,
    "translated": 500,
}
LARGEST_NUMBER: Final = Decimal(10) ** 15
LARGEST_INTEGER: Final = 2**63 - 1
_EMAIL: Final = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+")
_PHONE: Final = re.compile(r"[0-9０-９+＋()（）\-－—\s.,/#*转extEXT分机]{3,50}")
_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_PLACES: Final = {"money": Decimal("0.0001"), "decimal": Decimal("0.00000001")}
_YES: Final = frozenset({"1", "true", "yes", "on", "t", "y", "是"})
_NO: Final = frozenset({"0", "false", "no", "off", "f", "n", "否"})
_DEEPEST: Final = 40


def stored_form(field: Field, value: Any) -> Any:
    """The value as it is stored; raises ValueError with a text for the user where it does not fit."""
    return None if value is None else form_of(field)(value)


def form_of(field: Field) -> Callable[[Any], Any]:
    """What makes of a value, other than None, the form in which this field is stored."""
    if field.kind in TEXTS or field.kind in ("selection", "secret"):
        return partial(_text, field)
    if field.kind in TO_ONE:
        return partial(_identity, field)
    if field.kind in TO_MANY:
        return partial(_identities, field)
    convert = _BY_KIND.get(field.kind)
    return _as_it_is if convert is None else partial(convert, field)


def converter(field: Field, states: Mapping[str, State]) -> Callable[[Any], Any]:
    """`stored_form` of one field of a model with these states, made once: MISSING and None are no value."""
    form = form_of(field)

    def convert(value: Any) -> Any:
        return None if value is None or value is MISSING else form(value)

    def convert_state(value: Any) -> Any:
        found = convert(value)
        if found not in states:
            raise ValueError(_("{name}: please choose from the list.", name=field.label))
        return found

    return convert_state if field.kind == "state" else convert


def _as_it_is(value: Any) -> Any:
    return value


def rounded(field: Field, value: Any) -> Any:
    """A computed number as the column will hold it, so that it can be compared with what is stored."""
    return _number(field, value) if field.kind in _PLACES and value is not None else value


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise ValueError(_("{name} is not a text.", name=field.label))
    text = entry_text(value)
    text = text.replace("\r\n", "\n") if field.kind in ("longtext", "secret") else one_line(text)
    if is_blank(text):
        return "" if field.default == "" else None
    limit = field.max_length or DEFAULT_LENGTH.get(field.kind, 500)
    if len(text) > limit:
        raise ValueError(_("{name} may have {limit} characters at most.", name=field.label, limit=limit))
    if field.kind == "email" and not _EMAIL.fullmatch(text):
        raise ValueError(_("{name} is not a mail address.", name=field.label))
    if field.kind == "phone" and not _PHONE.fullmatch(text):
        raise ValueError(_("{name} is not a telephone number.", name=field.label))
    if field.kind == "url" and not _URL.fullmatch(text):
        raise ValueError(_("{name} is not a web address (http:// or https://).", name=field.label))
    if field.kind == "selection" and all(text != code for code, _label in field.choices):
        raise ValueError(_("{name}: please choose from the list.", name=field.label))
    return text


def _identity(field: Field, value: Any) -> int:
    found = getattr(value, "id", value)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= LARGEST_INTEGER:
        raise ValueError(_("{name}: there is no such record.", name=field.label))
    return found


def _identities(field: Field, value: Any) -> list[int]:
    if isinstance(value, (str, bytes, Mapping)):
        raise ValueError(_("{name}: there is no such record.", name=field.label))
    return sorted({_identity(field, one) for one in value})


def _translated(field: Field, value: Any) -> dict[str, str] | None:
    texts: dict[str, str] = {}
    for language, text in translations(value).items():
        if language not in LANGUAGES or not isinstance(text, str | None):
            raise ValueError(_("{name} is not a text.", name=field.label))
        if (found := _text(field, text or "")) is not None:
            texts[language] = found
    return texts or None


def _sentence(field: Field, value: Any) -> LazyString | None:
    if not isinstance(value, LazyString):
        words = _text(field, value)
        return None if words is None else said_as(words)
    if len(sentence_text(value)) > LONGEST:
        raise ValueError(_("{name} may have {limit} characters at most.", name=field.label, limit=LONGEST))
    return value


def _number(field: Field, value: Any) -> Decimal:
    try:
        if isinstance(value, bool):
            raise DecimalException(value)
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except DecimalException:
        raise ValueError(_("{name} is not a number.", name=field.label)) from None
    if number.is_finite() and number.adjusted() < LARGEST_NUMBER.adjusted() + 1:
        number = number.quantize(_PLACES["decimal" if field.is_exact_money else field.kind], ROUND_HALF_UP)
        if abs(number) < LARGEST_NUMBER:
            return number + 0
    raise ValueError(_("{name}: the number is too large.", name=field.label))


def _integer(field: Field, value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or (not isinstance(value, str) and number != value):
        raise ValueError(_("{name} is not a whole number.", name=field.label))
    if abs(number) > LARGEST_INTEGER:
        raise ValueError(_("{name}: the number is too large.", name=field.label))
    return number


def _boolean(field: Field, value: Any) -> bool:
    word = str(value).strip().lower() if isinstance(value, (bool, int, str)) else ""
    if word not in _YES | _NO:
        raise ValueError(_("{name} is neither yes nor no.", name=field.label))
    return word in _YES


def _date(field: Field, value: Any) -> date:
    """A moment with a zone is no day: which day it is depends on where."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.date()
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(_("{name} is not a date.", name=field.label))
    return value


def _datetime(field: Field, value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ValueError(_("{name} is not a date.", name=field.label))
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _file(field: Field, value: Any) -> StoredFile:
    """Only what the file store has given: a text or a mapping from outside would name somebody else's content."""
    if not isinstance(value, StoredFile):
        raise ValueError(_("{name}: please choose a file.", name=field.label))
    return value


def _state(field: Field, value: Any) -> Any:
    return value.code if isinstance(value, State) else value


def _json(field: Field, value: Any, depth: int = 0) -> Any:
    """What JSON can say, with texts that the database can hold."""
    if isinstance(value, str):
        return entry_text(value)
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {entry_text(str(key)): _json(field, part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple)) and depth < _DEEPEST:
        return [_json(field, part, depth + 1) for part in value]
    if isinstance(value, (Decimal, datetime, date)):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and value - value == 0):
        return value
    raise ValueError(_("{name} is not valid.", name=field.label))


_BY_KIND: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "translated": _translated, "money": _number, "decimal": _number, "integer": _integer, "boolean": _boolean,
    "date": _date, "datetime": _datetime, "state": _state, "json": _json, "file": _file,
    "sentence": _sentence,
}  # fmt: skip
