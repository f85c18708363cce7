"""Writing the picture of an addon's tables beside its migrations, when a version is released.

`core.lifecycle.picture` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from core.lifecycle.picture import FORMAT
from core.lifecycle.plan import manifests
from core.orm.compose import Composition


def picture_of(composition: Composition, addon: str) -> dict[str, Any]:
    """The addon's tables, and its columns on the tables of others with the ids of these."""
    tables: dict[str, dict[str, Any]] = {}
    for table in composition.metadata.sorted_tables:
        if table.schema == addon:
            tables[table.name] = {column.name: _column(column) for column in table.columns}
        elif theirs := [column for column in table.columns if column.name.startswith(f"{addon}__")]:
            tables[f"{table.schema}.{table.name}"] = _on_another(table, theirs)
    version = manifests(composition)[addon].version
    return {"format": FORMAT, "addon": addon, "version": version, "tables": dict(sorted(tables.items()))}


def _on_another(table: Table, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    return {column.name: _column(column) for column in (*table.primary_key.columns, *columns)}


def _column(column: Column[Any]) -> Mapping[str, Any]:
    written = column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return {"type": written, "nullable": bool(column.nullable), "key": bool(column.primary_key)}


def write_picture(composition: Composition, addon: str, folder: Path) -> Path:
    """The picture into the addon's folder, as `migrations/VERSION.json`."""
    found = picture_of(composition, addon)
    path = folder / "migrations" / f"{found['version']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path
