"""From the cells of a row to the text of a value: corrections, choices, parts; then to a value of the field's kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from core.exchange.mapping import FieldRule, FileRule, Template
from core.exchange.reading import folded
from core.i18n import LANGUAGES, LazyString, _, parse_date, parse_datetime, parse_decimal
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import Field

_YES: Final = frozenset({"1", "true", "yes", "y", "on", "是", "对", "√"})
_NO: Final = frozenset({"0", "false", "no", "n", "off", "否", "不", "×"})
LARGEST: Final = 2**63
SHOWN: Final = 120
OWN_TEXT: Final = "{}"
_LINE_ENDS: Final = re.compile(r"\s*[\r\n]+\s*")


class RowCells:
    """What a file's rule makes of the cells of a row before records look at them."""

    def __init__(self, rule: FileRule) -> None:
        self._aliases = {
            folded(name): folded(column) for column, names in rule.aliases.items() for name in names
        }
        self._corrections = {
            folded(column): {wrong.strip(): right for wrong, right in table.items()}
            for column, table in rule.corrections.items()
        }

    def __call__(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Cells by folded column name, trimmed and corrected."""
        found = {self._aliases.get(name, name): text.strip() for name, text in cells.items()}
        for column, table in self._corrections.items():
            text = found.get(column, "")
            found[column] = table.get(text, text)
        return found


def text_of(rule: FieldRule, cells: Mapping[str, str]) -> str:
    """The text that a rule makes of a row; empty where there is none or its condition does not hold."""
    if rule.only_when and not all(condition.holds(cells) for condition in rule.only_when):
        return ""
    text = rule.text.filled(cells) if rule.text is not None else ""
    if rule.split is not None and rule.part is not None:
        parts = text.split(rule.split)
        text = parts[rule.part - 1].strip() if rule.part <= len(parts) else ""
    for old, new in rule.replace.items():
        text = text.replace(old, new)
    text = text.lower() if rule.lower else text.upper() if rule.upper else text
    return _chosen(rule, text or rule.default or "")


def target_key(rule: FieldRule, key: Template, cells: Mapping[str, str], text: str) -> str:
    """The external key that a rule points to. "{}" in it stands for the rule's own text, after choices."""
    if not all(condition.holds(cells) for condition in rule.only_when):
        return ""
    if OWN_TEXT not in key.text:
        return key.filled(cells)
    return key.filled(cells).replace(OWN_TEXT, text) if text else ""


def _chosen(rule: FieldRule, text: str) -> str:
    """The text by the table of choices. Raises ValueError where it is in none and nothing is said about others."""
    if rule.choices is None or not text or text == rule.default:
        return text
    if text in rule.choices:
        return rule.choices[text]
    wanted = folded(text)
    for given, chosen in rule.choices.items():
        if folded(given) == wanted:
            return chosen
    if rule.otherwise is not None:
        return rule.otherwise
    if rule.create:
        return text
    raise ValueError(_("“{text}” is not among the choices of the mapping.", text=text[:SHOWN]))


def value_of(env: Env, info: ModelInfo, field: Field, rule: FieldRule, text: str) -> Any:
    """The value that a text means for a field that points to nothing. Raises ValueError with the reason."""
    if field.kind in ("date", "datetime"):
        return _in_time(env, field, rule, text)
    if field.kind in ("decimal", "money", "integer"):
        return _number(env, field, rule, text)
    if field.kind == "boolean":
        word = text.casefold()
        if word not in _YES | _NO:
            raise ValueError(_("“{text}” is neither yes nor no.", text=text[:SHOWN]))
        return word in _YES
    if field.kind == "state":
        return _state(info, text)
    if field.kind == "translated" and text.startswith("{"):
        return _translations(text)
    if field.kind == "selection":
        return _selection(field, text)
    return text if field.kind == "longtext" else _LINE_ENDS.sub(" ", text)


def _state(info: ModelInfo, text: str) -> str:
    """A code, or its label in either language where no other state is called so."""
    if text in info.states:
        return text
    wanted = folded(text)
    found = [code for code, state in info.states.items() if wanted in _names_of(state.label)]
    if len(found) != 1:
        raise ValueError(_("There is no state “{text}”.", text=text[:SHOWN]))
    return found[0]


def _names_of(label: LazyString | str) -> set[str]:
    """How people call it, in either language, as it is compared."""
    if isinstance(label, str):
        return {folded(label)}
    return {folded(label.translate(language)) for language in LANGUAGES}


def _translations(text: str) -> dict[str, str]:
    """The texts in all languages, as our JSON Lines have them."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise ValueError(_("“{text}” is not a text in several languages.", text=text[:SHOWN]))
    return found


def _selection(field: Field, text: str) -> str:
    """A code, or its label in either language."""
    wanted = folded(text)
    for code, label in field.choices:
        if wanted in (folded(code), *_names_of(label)):
            return code
    raise ValueError(
        _(
            "“{text}” is not among the choices: {names}.",
            text=text[:SHOWN],
            names=[label for _c, label in field.choices],
        )
    )


def _number(env: Env, field: Field, rule: FieldRule, text: str) -> Decimal | int:
    if rule.decimal_comma:
        text = text.replace(".", "").replace(",", ".")
    number = parse_decimal(text, env.language)
    if field.kind != "integer":
        return number
    if number != number.to_integral_value():
        raise ValueError(_("“{text}” is not a whole number.", text=text[:SHOWN]))
    if abs(number) >= LARGEST:
        raise ValueError(_("“{text}” is too large.", text=text[:SHOWN]))
    return int(number)


def _in_time(env: Env, field: Field, rule: FieldRule, text: str) -> date | datetime:
    """By one of the rule's formats; else year first, as workbooks give it and as the product writes it."""
    moment: datetime | None = None
    for pattern in rule.formats:
        try:
            moment = datetime.strptime(text, pattern)
        except ValueError:
            continue
        break
    if field.kind == "date":
        return moment.date() if moment is not None else _day(rule, text)
    if moment is None and len(text) > 10:
        return parse_datetime(text, env.timezone)
    moment = moment or datetime.combine(_day(rule, text), time())
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=env.timezone)


def _day(rule: FieldRule, text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        if not rule.formats:
            raise
        patterns = " / ".join(rule.formats)
        raise ValueError(
            _("“{text}” is not a date of the form {patterns}.", text=text[:SHOWN], patterns=patterns)
        ) from None
