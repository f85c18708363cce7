"""What was asked of a report as text: in addresses, in the forms of export and print, and in the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from core.errors import BadRequest
from core.i18n import LazyString, _
from core.orm.conversion import stored_form
from core.orm.fields import TO_ONE, Field
from core.views.filters import shortened
from core.views.report import Ask, Report
from core.views.report_scope import asked_of, field_of_ask

if TYPE_CHECKING:
    from core.orm.env import Env

Pairs = Sequence[tuple[str, str]]
ORDER: Final = "order"
PAGE: Final = "page"
AFTER: Final = "after"
"""The key after which a page of a report begins that goes on by keys."""
WAY: Final = "way"
"""The keys of the pages before it, so that the way back is the way that was taken."""
_LARGEST: Final = 2**63


def defaults(env: Env, report: Report) -> dict[str, Any]:
    """What is asked for where nobody said anything."""
    return {
        one.key: one.default(env) if callable(one.default) else one.default for one in asked_of(env, report)
    }


def pairs_of(
    env: Env, report: Report, values: Mapping[str, Any], order: str | None = None
) -> list[tuple[str, str]]:
    """The answers as an address has them; empty where a question was left open."""
    found = [(one.key, _text(values.get(one.key))) for one in asked_of(env, report)]
    return [*found, (ORDER, order)] if order else found


def values_of(env: Env, report: Report, pairs: Pairs) -> tuple[dict[str, Any], str | None]:
    """The answers and the order of an address. BadRequest for a text that none of the questions takes."""
    given, found = dict(pairs), defaults(env, report)
    for one in asked_of(env, report):
        if one.key in given:
            field = field_of_ask(one)
            try:
                value = _value(field, given[one.key]) if given[one.key] else None
            except (ValueError, InvalidOperation):
                text = shortened(given[one.key])
                raise BadRequest(
                    _("“{value}” is not a value of “{field}”.", value=text, field=one.label)
                ) from None
            found[one.key] = answer_of(one.type, value)
    return found, given.get(ORDER) or None


def answer_of(value_type: type, value: Any) -> Any:
    """Yes and no are chosen as words and asked for as truth."""
    return value == "yes" if value_type is bool and value is not None else value


def url_of(report: Report, pairs: Pairs, what: str = "") -> str:
    """The report with these answers, or what it is exported and printed at."""
    query = urlencode(list(pairs))
    return f"{report.url}{what}{'?' if query else ''}{query}"


def words_of(env: Env, report: Report, values: Mapping[str, Any]) -> list[LazyString]:
    """The answers in words, for papers and lists of exports."""
    return [_("{label}: {text}", label=one.label, text=word) for one, word in answered(env, report, values)]


def answered(env: Env, report: Report, values: Mapping[str, Any]) -> list[tuple[Ask, LazyString | str]]:
    """The questions that were answered, each with the answer in words."""
    asked = [(one, field_of_ask(one)) for one in asked_of(env, report) if values.get(one.key) is not None]
    wanted: dict[str, set[int]] = {}
    for one, field in asked:
        if field.kind in TO_ONE:
            wanted.setdefault(str(field.target_key), set()).add(values[one.key])
    labels = env.labels_of(wanted) if wanted else {}
    return [(one, _word(field, values[one.key], labels)) for one, field in asked]


def _word(field: Field, value: Any, labels: Mapping[tuple[str, int], str]) -> LazyString | str:
    if field.kind in TO_ONE:
        return labels.get((str(field.target_key), value), "–")
    if field.kind == "selection":
        return dict(field.choices).get(_text(value), _text(value))
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _value(field: Field, text: str) -> Any:
    """The value of a canonical text. Raises ValueError where it is none."""
    if field.kind in TO_ONE:
        if not (text.isascii() and text.isdecimal() and 0 < int(text) < _LARGEST):
            raise ValueError(text)
        return int(text)
    if field.kind == "selection" and text not in dict(field.choices):
        raise ValueError(text)
    known: dict[str, Any] = {
        "integer": int, "decimal": Decimal, "date": date.fromisoformat, "datetime": datetime.fromisoformat,
    }  # fmt: skip
    return stored_form(field, known.get(field.kind, str)(text))
