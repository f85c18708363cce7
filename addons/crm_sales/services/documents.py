"""Document templates: places in braces take the values of a quote or contract and of its customer (SALE-04)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from addons.crm_base.models import Contact, Customer
from core.api import BadRequest, Env, LazyString, State, ValidationFailed, _, key_of

PLACE: Final = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
BEHIND: Final = {"customer": Customer, "contact": Contact}
"""Records whose fields a template may name behind a dot."""
OPEN_PLACE: Final = "____"


def fill(env: Env, record: Any, template: Any) -> None:
    """Write the filled text on the record. What it does not have, or the caller may not see, is refused."""
    info = env.info(record)
    if template.document != info.key:
        raise ValidationFailed.at("template", _("This text is made for other documents."))
    unknown: list[str] = []

    def value(place: re.Match[str]) -> str:
        try:
            return _text(env, record, place[1], template.language)
        except BadRequest:
            unknown.append(place[0])
            return place[0]

    filled = PLACE.sub(value, template.body)
    if unknown:
        text = _("The text names what is not there: {places}", places=", ".join(unknown))
        raise ValidationFailed.at("template", text)
    record.document_text = filled


def _text(env: Env, record: Any, place: str, language: str) -> str:
    """One value in the language of the document; an empty one leaves room for a hand-written entry."""
    first, _dot, second = place.partition(".")
    if second:
        if first not in BEHIND:
            raise BadRequest()
        key = key_of(record, first)
        found = env.read(BEHIND[first], key, [second])[-1] if key is not None else None
        return _written(found, language, None)
    info = env.info(record)
    field = info.fields_for(env.addons).get(first)
    if field is None or field.kind in ("one2many", "many2many", "file", "secret", "json"):
        raise BadRequest()
    if field.kind in ("many2one", "option"):
        key = key_of(record, first)
        labels = env.labels(str(field.target_key), [key]) if key is not None else {}
        return labels.get(key or 0, OPEN_PLACE)
    found = env.read(info.cls, record.id, [first])[-1]
    return _written(found, language, record.currency if field.kind == "money" else None)


def _written(value: Any, language: str, currency: str | None) -> str:
    if value is None or value == "":
        return OPEN_PLACE
    if isinstance(value, Decimal):
        return (
            format_currency(value, currency, locale=language)
            if currency
            else format_decimal(value, locale=language)
        )
    if isinstance(value, (date, datetime)):
        return format_date(value, "long", locale=language)
    if isinstance(value, State):
        return value.label.translate(language)
    if isinstance(value, LazyString):
        return value.translate(language)
    if isinstance(value, dict):
        return str(value.get(language) or next(iter(value.values()), OPEN_PLACE))
    return str(value)
