"""Records that rows point to, and records that rows made before: looked up batch by batch, never row by row."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import and_, not_, or_, select

from core.exchange.reading import folded
from core.i18n import LazyString, _
from core.orm.compose import ModelInfo
from core.orm.env import Env
from core.orm.fields import translations
from core.orm.masking import mask_of
from core.orm.reading import labels_of

SEVERAL: Final = -1
"""Instead of an id: more than one record has this name."""
CODE_LENGTH: Final = 60
KEY_LENGTH: Final = 200
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


class ExternalKeys:
    """What other systems call our records. They are the import's own book, so rights on them are not asked for."""

    def __init__(self, env: Env) -> None:
        self._system = env.sudo(_("external keys of an import"))
        self._known: dict[tuple[str, str], dict[str, int | None]] = {}

    def load(self, source: str, model: str, keys: Collection[str]) -> None:
        """Look up the keys that are not known yet: one statement."""
        known = self._known.setdefault((source, model), {})
        missing = sorted({key for key in keys if key and key not in known})
        if missing:
            known.update(dict.fromkeys(missing))
            cls = self._system.info("base.external_key").cls
            statement = select(cls.key, cls.record_id).where(
                cls.source == source, cls.model == model, cls.key.in_(missing)
            )
            known.update({row.key: row.record_id for row in self._system.rows(statement)})

    def get(self, source: str, model: str, key: str) -> int | None:
        """The id behind a key that was loaded."""
        return self._known.get((source, model), {}).get(key)

    def write(self, source: str, model: str, ids: Iterable[tuple[str, int]]) -> None:
        """Remember new keys in the database: one statement. `note` tells the cache once that is certain."""
        rows = [
            {"source": source, "model": model, "key": key, "record_id": record_id} for key, record_id in ids
        ]
        self._system.create_many("base.external_key", rows)

    def note(self, source: str, model: str, ids: Iterable[tuple[str, int]]) -> None:
        """What was written stays written."""
        self._known.setdefault((source, model), {}).update(ids)


class ByField:
    """Records by one of their fields, among those that the caller may see."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._known: dict[tuple[str, str], dict[str, int | None]] = {}

    def load(self, info: ModelInfo, name: str, texts: Collection[str]) -> None:
        """Look up the texts that are not known yet: one statement.

        By number also what lies in the bin: a row may go on pointing to it, and nothing new will be let to.
        """
        known = self._known.setdefault((info.key, name), {})
        missing = sorted({text for text in texts if text and text not in known})
        if not missing:
            return
        known.update(dict.fromkeys(missing))
        field = info.fields[name]
        if name == "id":
            found = labels_of(self._env, {info.key: numbers_in(missing)}, binned=None)
            known.update({str(key): key for _model, key in found})
            return
        column = getattr(info.cls, field.attribute)
        where = column.in_(missing)
        if field.kind == "translated":
            where = or_(*(column.op("->>")(language).in_(missing) for language in ("en", "zh_CN")))
        if (kept := mask_of(self._env, info, name)) is not None:
            where = and_(where, not_(kept))
        for record_id, value in self._env.rows(select(info.cls.id, column).where(where)):
            for text in set(value.values()) if isinstance(value, dict) else {value}:
                if text in known:
                    known[text] = record_id if known[text] in (None, record_id) else SEVERAL

    def load_numbers(self, info: ModelInfo, ids: Collection[int]) -> None:
        """Ask for these records, of which something else says that they are there, whether the caller may see them."""
        self.load(info, "id", {str(key) for key in ids})

    def knows(self, info: ModelInfo, key: int) -> bool:
        """Whether a record that was loaded by its number may be seen."""
        return self._known.get((info.key, "id"), {}).get(str(key)) is not None

    def get(self, info: ModelInfo, name: str, text: str) -> int:
        """The id; raises ValueError for none and for several."""
        found = self._known.get((info.key, name), {}).get(text)
        if found is None:
            raise ValueError(nothing_called(info, text))
        if found == SEVERAL:
            raise ValueError(
                _("There are several records “{text}” ({model}).", text=text[:120], model=info.plural)
            )
        return found

    def forget(self, info: ModelInfo) -> None:
        """Records of this model were made or changed."""
        for key in [key for key in self._known if key[0] == info.key]:
            del self._known[key]


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Those texts that are numbers of records."""
    return [int(text) for text in texts if _NUMBER.fullmatch(text)]


def nothing_called(info: ModelInfo, text: str) -> LazyString:
    """The message for a reference that leads nowhere, or to what the caller may not see."""
    return _(
        "There is no “{text}” ({model}), or you have no access to it.", text=text[:120], model=info.label
    )


class Options:
    """Choices of option lists by code or by name in either language, made where the mapping allows it."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._known: dict[str, dict[str, int]] = {}

    def get(self, list_code: str, text: str, *, create: bool) -> int:
        """The id of a choice; raises ValueError where there is none and none may be made."""
        known = self._known[list_code] if list_code in self._known else self._load(list_code)
        found = known.get(folded(text))
        if found is None:
            if not create:
                raise ValueError(_("“{text}” is not in the list.", text=text[:120]))
            found = self._create(list_code, text)
        return found

    def _load(self, list_code: str) -> dict[str, int]:
        cls = self._env.info("base.option").cls
        statement = select(cls.id, cls.code, cls.name).where(cls.list_code == list_code).order_by(cls.id)
        known: dict[str, int] = {}
        rows: list[Any] = self._env.rows(statement)
        for row in rows:
            for name in (row.name or {}).values():
                known.setdefault(folded(str(name)), row.id)
        known.update({folded(row.code): row.id for row in rows})
        self._known[list_code] = known
        return known

    def _create(self, list_code: str, text: str) -> int:
        code = "_".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())[:CODE_LENGTH]
        if not code:
            raise ValueError(_("“{text}” is not in the list.", text=text[:120]))
        values = {"list_code": list_code, "code": code, "name": translations(text), "sequence": 1000}
        (key,) = self._env.create_many("base.option", [values])
        self._known[list_code][folded(text)] = self._known[list_code][folded(code)] = key
        return key

    def forget(self) -> None:
        """Made choices may have been taken back."""
        self._known.clear()
