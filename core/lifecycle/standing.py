"""Which addons stand aside and why: what the running process knows, and what the last start has written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import ProgrammingError

from core.errors import AddonError, KeyuanError
from core.i18n import LazyString, _
from core.lifecycle.generation import installed_addons
from core.lifecycle.quarantine import set_aside
from core.modules.loader import LoadedAddon
from core.modules.manifest import KERNEL
from core.orm.compose import Composition, composition
from core.orm.kernel_tables import standing as standing_table

Kind = Literal["code", "tables"]
_UNDEFINED = ("42P01", "3F000")
LONGEST_TRACE = 4000


@dataclass(frozen=True)
class Standing:
    """An addon that stands aside. `trace` are the places in its code, one a line, the innermost last."""

    addon: str
    kind: Kind
    version: str
    error: LazyString
    trace: str
    since: datetime


def standing() -> dict[str, str]:
    """Addon -> why it stands aside in this process, in the reader's language; empty where all is well."""
    return {name: str(error) for name, error in composition().aside.items()}


def standings(connection: Connection) -> dict[str, Standing]:
    """The same as the last start has left it in the database, for whoever has no composition or another one."""
    try:
        with connection.begin_nested():
            rows = connection.execute(select(standing_table).order_by(standing_table.c.addon)).all()
    except ProgrammingError as error:  # of a database that an older kernel has made
        if getattr(error.orig, "pgcode", None) in _UNDEFINED:
            return {}
        raise
    return {
        row.addon: Standing(
            row.addon, row.kind, row.version, LazyString.from_json(row.error), row.trace, row.since
        )
        for row in rows
    }


def write_standings(
    engine: Engine, kind: Kind, aside: Mapping[str, AddonError], versions: Mapping[str, str]
) -> None:
    """Replace what is written of this kind. One that stays as it was keeps its moment. `engine` is the owner's."""
    with engine.begin() as connection:
        known = standings(connection)
        gone = [name for name, one in known.items() if one.kind == kind and name not in aside]
        connection.execute(delete(standing_table).where(standing_table.c.addon.in_(gone)))
        for name, error in aside.items():
            values = {
                "addon": name, "kind": kind, "version": versions.get(name, ""), "error": sentence(error).as_json(),
                "trace": "\n".join(getattr(error, "__notes__", ()))[:LONGEST_TRACE],
            }  # fmt: skip
            row = upsert(standing_table).values(values)
            changed = (standing_table.c.error != row.excluded.error) | (standing_table.c.kind != kind)
            set_ = {key: row.excluded[key] for key in values} | {"since": func.now()}
            connection.execute(row.on_conflict_do_update(index_elements=["addon"], set_=set_, where=changed))


def sentence(error: KeyuanError) -> LazyString:
    """The error with its place, in whatever language it is read."""
    place = getattr(error, "place", "")
    return _("{problem} [{place}]", problem=error.message, place=place) if place else error.message


def fitting_the_tables(
    connection: Connection, loaded: Sequence[LoadedAddon], changing: Collection[str] = ()
) -> list[LoadedAddon]:
    """The addons whose tables are as their code needs them; the others stand aside. For processes that do not bring the
    database up themselves: the next start does, and tries again what failed. An operation that is `changing` some
    addons has them whatever their tables are, with those that are not there yet and come along.
    """
    registered, written = installed_addons(connection), standings(connection)
    result = list(loaded)
    for addon in [one for one in loaded if one.error is None and one.name not in (KERNEL, *changing)]:
        known = written.get(addon.name)
        stored = registered.get(addon.name)
        if known is not None and known.kind == "tables":
            result = set_aside(result, addon.name, AddonError(known.error, addon=addon.name))
        elif stored is None and changing:
            continue
        elif stored is None:
            text = _("{name} is not installed.", name=addon.name)
            result = set_aside(result, addon.name, AddonError(text, addon=addon.name))
        elif stored != addon.manifest.version:
            text = _("The tables of {name} belong to version {stored}, its code is version {version}. It is used again "
                     "when the tables have been brought up.",
                     name=addon.name, stored=stored, version=addon.manifest.version)  # fmt: skip
            result = set_aside(result, addon.name, AddonError(text, addon=addon.name))
    return result


def note_code(engine: Engine, composed: Composition) -> None:
    """Write down what stands aside in this process for another reason than its tables."""
    with engine.connect() as connection:
        written, registered = standings(connection), installed_addons(connection)
    others = {
        name: error
        for name, error in composed.aside.items()
        if name in registered and not (name in written and written[name].kind == "tables")
    }
    write_standings(engine, "code", others, registered)
