"""Numbers and money, written and read as the caller's language does."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from wtforms.widgets import html_params

from core.i18n import _, formatter, parse_decimal
from core.orm.fields import Field
from core.web.widgets.entry import Entry
from core.web.widgets.escaping import escaped

_BIGGEST = 2**63 - 1


def cell(field: Field, at: int, language: str) -> Callable[[tuple[Any, ...]], str]:
    """A number; nothing of it can be markup."""
    if not field.grouped:
        return lambda row: "" if row[at] is None else str(row[at])
    write = formatter("integer" if field.kind == "integer" else "number", language)
    return lambda row: "" if row[at] is None else write(row[at])


def money_cell(
    at: int, currency_at: int | None, language: str, currency: str
) -> Callable[[tuple[Any, ...]], str]:
    """An amount in the record's currency where it has one, else in the company's."""
    write = formatter("money", language, currency=currency)
    if currency_at is None:
        return lambda row: "" if row[at] is None else escaped(write(row[at]))
    own = formatter("money", language)
    return lambda row: "" if row[at] is None else escaped(own((row[at], row[currency_at] or currency)))


class NumberEntry(Entry):
    """An exact number: 1,234.5 and 1.5万 are understood."""

    mode = "decimal"

    def text(self, value: Any) -> str:
        if value is None:
            return ""
        plain = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def parse(self, text: str) -> Any:
        if not text.strip():
            return None
        try:
            return parse_decimal(text, self.setting.language)
        except ValueError:
            raise ValueError(_("{name} is not a number.", name=self.title)) from None

    def __call__(self, **more: Any) -> Markup:
        attributes = self.attributes(
            type="text", inputmode=self.mode, autocomplete="off", value=self.shown_text(), **more
        )
        return Markup("<input {}>").format(html_params(**attributes))


class IntegerEntry(NumberEntry):
    """A whole number."""

    mode = "numeric"

    def parse(self, text: str) -> Any:
        number = super().parse(text)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValueError(_("{name} must be a whole number.", name=self.title))
        if abs(number) > _BIGGEST:
            raise ValueError(_("{name}: the number is too large.", name=self.title))
        return int(number)


class MoneyEntry(NumberEntry):
    """An amount with its currency in front, where the record has none of its own."""

    def __call__(self, **more: Any) -> Markup:
        typed = super().__call__(**more)
        if self.source.currency:
            return typed
        return Markup('<div class="input-group"><span class="input-group-text">{}</span>{}</div>').format(
            self.setting.currency, typed
        )
