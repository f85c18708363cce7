"""From TOML to the classes of `mapping.py`. Every unknown word and every value of the wrong kind names its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final, NoReturn

from core.exchange.errors import MappingError
from core.exchange.locating import Lines
from core.exchange.locating import Path as Place
from core.exchange.mapping import Condition, FieldRule, FileRule, Lookup, MappingFile, RecordRule, Template
from core.exchange.reading import Format
from core.i18n import LazyString, _

_TOP: Final = frozenset({"title", "source", "file"})
_FILE: Final = frozenset(
    {"name", "encoding", "separator", "sheet", "rows", "columns", "corrections", "record"}
)
_RECORD: Final = frozenset({"model", "key", "match", "number", "fields", "only_when", "skip_when"})
_TEXTS: Final = frozenset(
    {"column", "template", "constant", "key", "default", "otherwise", "split", "lookup", "by", "source"}
)
_FLAGS: Final = frozenset({"required", "create", "decimal_comma", "lower", "upper", "this_company"})
_FIELD: Final = _TEXTS | _FLAGS | {"choices", "format", "replace", "part", "empty", "only_when"}
_CONDITION: Final = frozenset({"column", "in", "not_in", "empty"})
LONGEST_SOURCE: Final = 100


def read_mapping(path: Path, name: str | None = None) -> MappingFile:
    """A mapping from its file, called `name` in messages. Raises `MappingError` with the line."""
    name = name or path.name
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(_("cannot be read: {reason}", reason=str(error)), file=name, line=None) from error
    return parse_mapping(text, name)


def parse_mapping(text: str, name: str) -> MappingFile:
    """A mapping from its text; `name` stands in messages."""
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problem = _("is not TOML: {reason}", reason=str(error))
        raise MappingError(problem, file=name, line=int(line[1]) if line else None) from error
    return MappingReader(data, name, Lines(text)).mapping()


class MappingReader:
    """Reads one mapping; `place` is the path of what is being read, for messages."""

    def __init__(self, data: dict[str, Any], name: str, lines: Lines) -> None:
        self._data, self._name, self._lines = data, name, lines

    def mapping(self) -> MappingFile:
        data = self._known((), self._data, _TOP)
        source = self._text((), data, "source")
        if not source or len(source) > LONGEST_SOURCE:
            self._refuse(
                ("source",), _("needs source, the name of the other system (at most 100 characters).")
            )
        files = self._tables((), data, "file")
        if not files:
            self._refuse((), _("has no [[file]]."))
        rules = tuple(self._file(("file", number), table) for number, table in enumerate(files))
        return MappingFile(
            self._name, self._text((), data, "title") or self._name, source, rules, self._lines
        )

    def _file(self, place: Place, data: dict[str, Any]) -> FileRule:
        self._known(place, data, _FILE)
        inline = (
            tuple(self._cells((*place, "rows"), row) for row in self._tables(place, data, "rows")) or None
        )
        name = self._text(place, data, "name") or (_inline_name(place) if inline else "")
        if not name:
            self._refuse(place, _("a [[file]] needs a name, or rows of its own."))
        if "/" in name or "\\" in name or name in (".", ".."):
            self._refuse((*place, "name"), _("the name of a file has no folders."))
        records = self._tables(place, data, "record")
        if not records:
            self._refuse(place, _("the file makes no records: it needs a [[file.record]]."))
        return FileRule(
            name, place,
            Format(
                self._text(place, data, "encoding") or None,
                self._text(place, data, "separator") or None,
                self._text(place, data, "sheet") or None,
            ),
            inline,
            {
                column: self._names((*place, "columns", column), names)
                for column, names in self._table(place, data, "columns").items()
            },
            {
                column: self._cells((*place, "corrections", column), table)
                for column, table in self._table(place, data, "corrections").items()
            },
            tuple(self._record((*place, "record", number), table) for number, table in enumerate(records)),
        )  # fmt: skip

    def _record(self, place: Place, data: dict[str, Any]) -> RecordRule:
        self._known(place, data, _RECORD)
        model, key = self._text(place, data, "model"), self._text(place, data, "key")
        if not model:
            self._refuse(place, _("a [[file.record]] needs a model, such as crm_base.customer."))
        match = self._names((*place, "match"), data.get("match", []))
        number = self._text(place, data, "number")
        if not key and not match and not number:
            self._refuse(place, _("a record needs a key, or match, or number, so that it is found again."))
        fields = self._table(place, data, "fields")
        return RecordRule(
            model, place, Template(key) if key else None, match,
            tuple(self._field((*place, "fields", name), name, value) for name, value in fields.items()),
            self._conditions(place, data, "only_when"), self._conditions(place, data, "skip_when"),
            Template(f"{{{number}}}") if number else None,
        )  # fmt: skip

    def _field(self, place: Place, name: str, value: Any) -> FieldRule:
        if isinstance(value, str):
            return FieldRule(name, place, Template(f"{{{value}}}"))
        if not isinstance(value, dict):
            self._refuse(place, _("must be the name of a column, or a table."))
        data = self._known(place, value, _FIELD)
        empty = data.get("empty", "model")
        if empty not in ("model", "blank"):
            self._refuse(place, _("empty is 'model' or 'blank'."))
        texts = {word: self._text(place, data, word) for word in _TEXTS if word in data}
        formats = data.get("format", ())
        part = data.get("part")
        if part is not None and (not isinstance(part, int) or part < 1 or "split" not in data):
            self._refuse(place, _("part counts from 1 and needs split."))
        return FieldRule(
            name,
            place,
            text=self._source(place, data),
            lookup=self._lookup(place, texts),
            choices=self._cells((*place, "choices"), data["choices"]) if "choices" in data else None,
            otherwise=texts.get("otherwise"),
            formats=self._names(place, formats) if formats else (),
            default=texts.get("default"),
            empty=empty,
            required=self._flag(place, data, "required", default=True),
            create=self._flag(place, data, "create"),
            decimal_comma=self._flag(place, data, "decimal_comma"),
            lower=self._flag(place, data, "lower"),
            upper=self._flag(place, data, "upper"),
            replace=self._cells((*place, "replace"), data.get("replace", {})),
            split=texts.get("split") or None,
            part=part,
            this_company=self._flag(place, data, "this_company"),
            only_when=self._conditions(place, data, "only_when"),
        )

    def _source(self, place: Place, data: dict[str, Any]) -> Template | None:
        """What the value is made of: at most one of column, template and constant."""
        named = [word for word in ("column", "template", "constant") if word in data]
        if len(named) > 1:
            self._refuse(place, _("only one of {names} is possible.", names=", ".join(named)))
        if not named:
            return None
        text = self._text(place, data, named[0])
        if named[0] == "constant" and ("{" in text or "}" in text):
            self._refuse(place, _("a constant has no braces; write template."))
        return Template(f"{{{text}}}" if named[0] == "column" else text)

    def _lookup(self, place: Place, texts: dict[str, str]) -> Lookup | None:
        if "lookup" not in texts:
            for word in ("key", "by", "source"):
                if word in texts:
                    self._refuse(place, _("{word} needs lookup, the model that is meant.", word=word))
            return None
        key, by = texts.get("key"), texts.get("by")
        if bool(key) == bool(by):
            self._refuse(place, _("lookup needs either key or by."))
        return Lookup(texts["lookup"], Template(key) if key else None, by, texts.get("source"))

    def _conditions(self, place: Place, data: dict[str, Any], word: str) -> tuple[Condition, ...]:
        given = data.get(word, [])
        tables = [given] if isinstance(given, dict) else given
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._refuse((*place, word), _("must be a table or a list of tables."))
        return tuple(self._condition((*place, word), table) for table in tables)

    def _condition(self, place: Place, data: dict[str, Any]) -> Condition:
        self._known(place, data, _CONDITION)
        column = self._text(place, data, "column")
        asked = [word for word in ("in", "not_in", "empty") if word in data]
        if not column or len(asked) != 1:
            self._refuse(place, _("a condition has a column and one of in, not_in and empty."))
        if asked == ["empty"]:
            return Condition(column, frozenset({""}), negated=not self._flag(place, data, "empty"))
        return Condition(column, frozenset(self._names(place, data[asked[0]])), negated=asked == ["not_in"])

    # -- values of the right kind --------------------------------------------------------------------------------

    def _refuse(self, place: Place, problem: LazyString) -> NoReturn:
        raise MappingError(problem, file=self._name, line=self._lines.of(place))

    def _known(self, place: Place, data: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
        for word in data:
            if word not in known:
                self._refuse(
                    (*place, word),
                    _(
                        "there is no setting {word}; known are {known}.",
                        word=word[:60],
                        known=", ".join(sorted(known)),
                    ),
                )
        return data

    def _text(self, place: Place, data: dict[str, Any], word: str) -> str:
        value = data.get(word, "")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self._refuse((*place, word), _("{word} must be a text.", word=word))
        return value

    def _flag(self, place: Place, data: dict[str, Any], word: str, *, default: bool = False) -> bool:
        value = data.get(word, default)
        if not isinstance(value, bool):
            self._refuse((*place, word), _("{word} must be true or false.", word=word))
        return value

    def _table(self, place: Place, data: dict[str, Any], word: str) -> dict[str, Any]:
        value = data.get(word, {})
        if not isinstance(value, dict):
            self._refuse((*place, word), _("{word} must be a table.", word=word))
        return value

    def _tables(self, place: Place, data: dict[str, Any], word: str) -> list[dict[str, Any]]:
        value = data.get(word, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._refuse((*place, word), _("{word} must be a list of tables.", word=word))
        return value

    def _names(self, place: Place, value: Any) -> tuple[str, ...]:
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self._refuse(place, _("must be a text or a list of texts."))
        return tuple(found)

    def _cells(self, place: Place, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            self._refuse(place, _("must be a table of texts."))
        return {word: self._text(place, value, word) for word in value}


def _inline_name(place: Place) -> str:
    return f"rows of file {int(place[-1]) + 1}"
