"""Tables as a version had them: what a migration works with instead of today's models, which will have changed.

    from core.lifecycle.picture import picture

    def before(op):
        article = picture(__file__, "1.1.0")["article"]
        op.get_bind().execute(article.update().where(article.c.weight < 0).values(weight=None))

A picture is a file beside the migrations, `migrations/1.1.0.json`; `keyuan addon picture ADDON` writes it when the
version is released. This module is the only one of Keyuan that a migration imports, and its form is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import TypeEngine

FORMAT: Final = 1
_TYPE: Final = re.compile(
    r"(?P<name>[A-Za-z ]+?)\s*(?:\((?P<sizes>[\d, ]+)\))?(?P<zone> WITH TIME ZONE)?(?P<many>\[\])?"
)


@dataclass(frozen=True)
class Picture:
    """The tables of one addon in one version: its own by their name, `picture["article"]`, and of others' tables its
    columns there, `picture["crm_base.customer"]`, with their ids.
    """

    addon: str
    version: str
    tables: Mapping[str, Table]

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            raise LookupError(f"{self.addon} {self.version} has no table {name}: {', '.join(self.tables)}")
        return self.tables[name]


def picture(migration: str, version: str) -> Picture:
    """The picture of `version` beside a migration, which passes its `__file__`.

    `before` finds the tables of the version it comes from, `after` those of its own: name the picture accordingly.
    """
    path = Path(migration).with_name(f"{version}.json")
    found = json.loads(path.read_text("utf-8"))
    if found["format"] != FORMAT:
        raise LookupError(
            f"{path.name} has the format {found['format']}; this version of Keyuan reads {FORMAT}"
        )
    metadata = MetaData()
    tables = {
        name: _table(metadata, name, found["addon"], columns) for name, columns in found["tables"].items()
    }
    return Picture(found["addon"], found["version"], tables)


def _table(metadata: MetaData, name: str, addon: str, columns: Mapping[str, Mapping[str, Any]]) -> Table:
    schema, _dot, own = name.rpartition(".")
    made = [
        Column(column, _type(one["type"]), nullable=one["nullable"], primary_key=one["key"])
        for column, one in columns.items()
    ]
    return Table(own, metadata, *made, schema=schema or addon)


def _type(written: str) -> TypeEngine[Any]:
    """The type of its name in PostgreSQL. Raises LookupError for one that is not known."""
    parts = _TYPE.fullmatch(written)
    name = f"{parts['name']}{parts['zone'] or ''}".lower() if parts else written
    kind = ischema_names.get(name) or ischema_names.get(name.replace(" with time zone", ""))
    if parts is None or kind is None:
        raise LookupError(f"there is no type {written}")
    sizes = [int(size) for size in (parts["sizes"] or "").split(",") if size]
    options = {"timezone": True} if parts["zone"] else {}
    found: TypeEngine[Any] = kind(*sizes, **options)
    return ARRAY(found) if parts["many"] else found
