"""The mapping by which an exported file is imported again: what was changed in it is changed, what was added is new."""

from __future__ import annotations

import json
from typing import Final

from core.exchange.asked import Asked
from core.exchange.columns import Column, columns_of
from core.exchange.export_lines import NUMBER
from core.exchange.export_rows import number_heading
from core.exchange.reading import GUARDED_NUMBER_COLUMN, JOINED, NUMBER_COLUMN
from core.i18n import use_language
from core.orm.env import Env
from core.orm.fields import TO_ONE, Field

SOURCE: Final = "keyuan"
_CLOSED: Final = frozenset({"secret", "json", "one2many", "number", "sentence"})


def can_come_back(env: Env, asked: Asked) -> bool:
    """Whether the file holds what an import needs, and the caller may import such records."""
    return (
        not asked.grouped
        and not asked.report
        and (asked.numbered or asked.form == "jsonl")
        and env.can("import", asked.model)
    )


def mapping_for(env: Env, asked: Asked, file_name: str) -> str:
    """The mapping as text, by the headings that the file has. Columns that nobody can import are left out."""
    with use_language(asked.language):
        return _mapping(env, asked, file_name)


def _mapping(env: Env, asked: Asked, file_name: str) -> str:
    info = env.info(asked.model)
    columns = [one for one in columns_of(env, info, asked.columns) if _is_importable(env, asked, one.field)]
    number = {"jsonl": NUMBER, "csv": GUARDED_NUMBER_COLUMN}.get(asked.form, NUMBER_COLUMN)
    lines = [
        f"title = {_quoted(str(info.plural))}", f'source = "{SOURCE}"', "", "[[file]]",
        f"name = {_quoted(file_name)}", "", "[[file.record]]", f"model = {_quoted(info.key)}",
        f"number = {_quoted(number)}", "[file.record.fields]",
    ]  # fmt: skip
    return "\n".join([*lines, *(_rule(asked, column) for column in columns)]) + "\n"


def _is_importable(env: Env, asked: Asked, field: Field) -> bool:
    """An import sets it; a translated text only where the file has it in all languages."""
    if field.system or field.is_computed or field.kind in _CLOSED or field.target_key == "base.company":
        return False
    if field.kind == "translated" and asked.form != "jsonl":
        return False
    return field.name in env.policy.editable(env.info(asked.model))


def _rule(asked: Asked, column: Column) -> str:
    field, is_exact = column.field, asked.form == "jsonl"
    heading = column.name if is_exact else column.heading
    if field.kind not in TO_ONE and column.at is not None:
        return f"{field.name} = {_quoted(heading)}"
    numbers = f"{column.name}.{NUMBER}" if is_exact else number_heading(heading)
    split = "" if column.at is not None else f", split = {_quoted(JOINED.strip())}"
    lookup = f"lookup = {_quoted(str(field.target_key))}, by = {_quoted(NUMBER)}"
    return f"{field.name} = {{ column = {_quoted(numbers)}, {lookup}{split} }}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
