"""A deployment of shop and crates in two companies, with data of every kind, and pictures of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.files.keeping import register
from core.files.shelf import Shelf
from core.lifecycle.activation import enable
from core.lifecycle.removal import remove
from core.lifecycle.walls import open_all_walls
from core.orm.compose import Composition
from core.orm.engine import session_factory
from core.orm.stored_file import StoredFile
from core.orm.system_env import system_env
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.toys import company, composed, initialised

CRATES = "toy_crates"
ON = frozenset({"base", "toy_wares", CRATES})
Picture = Mapping[str, list[dict[str, Any]]]


def deployment(database: ScratchDatabase, state: Path) -> Composition:
    """Both companies have everything that a record can have."""
    composition, _report = initialised(database, "toy_wares", CRATES)
    for code in ("A", "B"):
        own = company(database, code)
        with session_factory(database.app)() as session:
            enable(session, own, CRATES, with_dependencies=True)
            session.commit()
            with system_env(session, own, ON, "test") as env:
                _fill(env, code, state)
            session.commit()
    return composition


def _fill(env: Any, code: str, state: Path) -> None:
    user = env.create("base.user", name=f"Li {code}", login=f"li.{code}", password_hash="!")
    paper, attached, common = (
        stored(env, state, words) for words in (f"paper {code}", f"attached {code}", "common")
    )
    oak = env.first("base.option", env.condition("base.option", "code", "eq", "oak"))
    bag, box = (env.create("toy_wares.article", name=name) for name in ("Bag", "Box"))
    outer = env.create(
        "toy_crates.crate", name=f"Outer {code}", wood=oak, note='"quoted",\n and a second line', paper=paper
    )
    inner = env.create("toy_crates.crate", name="Inner", inside=outer, keeper=user, packers=[user], note="")
    first = env.create("toy_crates.content", crate=inner, article=bag, name="内容")
    env.create("toy_crates.content", crate=inner, article=box)
    env.delete(env.create("toy_crates.content", crate=outer, article=box))
    env.write(inner, first=first)
    env.write(bag, crate=inner, weight=7)
    env.create("toy_crates.slip", text="written once", crate=outer)
    for record, file in ((inner, attached), (inner, common), (bag, common)):
        env.create(
            "base.attachment", model=env.info(record).key, record_id=record.id, name=file.name, content=file
        )
    for key in ("toy_crates.limit", "toy_wares.limit"):
        env.create("base.setting", key=key, value={"most": 5})
    role = env.first("base.role", env.condition("base.role", "code", "eq", "toy_crates.packer"))
    env.create("base.user_role", user=user, company=env.company_id, role=role)


def stored(env: Any, state: Path, words: str) -> StoredFile:
    sha256, size = Shelf(state / "files" / str(env.company_id)).put(BytesIO(words.encode()))
    file = StoredFile(f"{words}.txt", "text/plain", size, sha256)
    register(env, [file])
    return file


def set_aside(database: ScratchDatabase) -> Composition:
    """Remove the crates; gives the composition with them, for whoever installs them again."""
    removed = remove(database.owner, APP_ROLE, composed("toy_wares", CRATES), CRATES)
    assert removed.is_aside
    return composed("toy_wares", CRATES)


def picture(database: ScratchDatabase, *schemas: str, but: Iterable[str] = ()) -> Picture:
    """Every row of every table of the schemas, whatever order its columns have."""
    names = text(
        "select format('%I.%I', schemaname, tablename), schemaname || '.' || tablename from pg_tables "
        "where schemaname = any(:schemas) and tablename not like 'audit\\_2%' order by 2"
    )
    with database.owner.begin() as connection:
        open_all_walls(connection)
        found = {}
        for table, name in connection.execute(names, {"schemas": list(schemas)}).all():
            if name not in set(but):
                rows = connection.exec_driver_sql(
                    f"select to_jsonb(t) from {table} t order by to_jsonb(t)::text"
                )
                found[name] = list(rows.scalars())
        return found


def holders(database: ScratchDatabase) -> list[tuple[str, ...]]:
    """Who holds which role where."""
    with database.owner.connect() as connection:
        return [
            tuple(row)
            for row in connection.exec_driver_sql(
                "select u.login, r.code, r.active, h.company_id from base.user_role h join base.role r "
                "on r.id = h.role_id join base.user u on u.id = h.user_id order by 1, 2"
            )
        ]
