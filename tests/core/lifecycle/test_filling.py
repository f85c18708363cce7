"""Values that follow from others are there for rows that are older than the addon, or were changed without it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from core.lifecycle import filling
from core.lifecycle.activation import enable_all, prepare_company
from core.lifecycle.install import initialise, install, upgrade_schema
from core.lifecycle.removal import remove
from core.lifecycle.restoring import restore
from core.orm.compose import Composition, compose
from core.orm.derived import refresh_grams as refresh
from core.orm.kernel_tables import journal
from core.orm.searching import search_criteria
from core.testing.database import APP_ROLE, ScratchDatabase
from tests.core.lifecycle.orders import acting
from tests.core.lifecycle.toys import company
from tests.core.modules.bench import Addons

SHELF = """
from decimal import Decimal
from core.api import CompanyOwned, Mapped, _, field, many2one, money
class Shelf(CompanyOwned, label=_("Shelf"), display="name"):
    name: Mapped[str] = field(_("Name"), searchable=True)
class Book(CompanyOwned, label=_("Book"), display="title"):
    title: Mapped[str] = field(_("Title"))
    shelf: Mapped[Shelf] = many2one(_("Shelf"))
    price: Mapped[Decimal] = money(_("Price"), default=Decimal(0))
"""
WORTH = """
from decimal import Decimal
from fill_shelf.models import Book, Shelf
from core.api import CompanyOwned, Mapped, _, computed, field, many2one, one2many, total
class Valued(Shelf, extend=True):
    books: Mapped[list[Book]] = one2many(_("Books"), back="shelf")
    worth: Mapped[Decimal] = total(_("Worth"), of="books", sum="price")
    nick: Mapped[str | None] = field(_("Nick"), default=None, searchable=True)
    sign: Mapped[str | None] = computed(_("Sign"), by=lambda one: f"{one.name.{case}()} {one.worth:.0f}",
                                        depends=("name", "worth"))
class Note(CompanyOwned, label=_("Note"), display="text"):
    text: Mapped[str] = field(_("Text"))
    shelf: Mapped[Shelf] = many2one(_("Shelf"))
    about: Mapped[str | None] = computed(_("About"), by=lambda one: one.shelf.name, depends=("shelf.name",))
"""


def library(
    addons: Addons, *, case: str = "upper", version: str = "1.0.0", bare: bool = False
) -> Composition:
    """As a process of its own finds the addons now."""
    addons.add("fill_shelf", {"models.py": SHELF})
    if not bare:
        addons.add(
            "fill_worth",
            {"models.py": WORTH.replace("{case}", case)},
            depends=["fill_shelf"],
            version=version,
        )
    return compose(addons.loaded_anew(but=["fill_worth"] if bare else []))


@pytest.fixture
def shelves(addons: Addons, empty_database: ScratchDatabase) -> ScratchDatabase:
    """Two shelves with books from the time before anybody asked what they are worth."""
    initialise(empty_database.owner, APP_ROLE, library(addons, bare=True))
    own = company(empty_database)
    with empty_database.owner.begin() as connection:
        prepare_company(connection, own)
        enable_all(connection, own)
    with acting(empty_database) as env:
        for name in ("north", "south"):
            shelf = env.create("fill_shelf.shelf", name=name)
            env.create("fill_shelf.book", title=f"{name} 1", shelf=shelf, price=Decimal(7))
    return empty_database


def install_worth(addons: Addons, database: ScratchDatabase) -> None:
    install(database.owner, APP_ROLE, library(addons), ["fill_worth"])
    with database.owner.begin() as connection:
        own = connection.execute(text("select id from base.company where code = 'A'")).scalar_one()
        enable_all(connection, own)


def signs(database: ScratchDatabase) -> dict[str, Any]:
    with acting(database) as env:
        return {one.name: one.sign for one in env.search("fill_shelf.shelf", order="id")}


def find(env: Any, name: str) -> Any:
    return env.first("fill_shelf.shelf", env.info("fill_shelf.shelf").cls.name == name)


def test_rows_that_are_older_than_the_addon_have_its_values(addons: Addons, shelves: ScratchDatabase) -> None:
    install_worth(addons, shelves)
    assert signs(shelves) == {"north": "NORTH 7", "south": "SOUTH 7"}


def test_another_version_works_its_values_out_in_its_own_way(
    addons: Addons, shelves: ScratchDatabase
) -> None:
    install_worth(addons, shelves)
    upgrade_schema(shelves.owner, APP_ROLE, library(addons, case="title"))
    assert signs(shelves) == {"north": "NORTH 7", "south": "SOUTH 7"}, "the same version is the same"
    upgrade_schema(shelves.owner, APP_ROLE, library(addons, case="title", version="1.1.0"))
    assert signs(shelves) == {"north": "North 7", "south": "South 7"}


def changed_without_it(addons: Addons, shelves: ScratchDatabase) -> Composition:
    """The addon is removed, and people go on with their shelves; gives the composition with it."""
    install_worth(addons, shelves)
    with acting(shelves) as env:
        env.write(find(env, "north"), nick="polar")
        for name in ("north", "south"):
            env.create("fill_worth.note", text=name, shelf=find(env, name))
    remove(shelves.owner, APP_ROLE, library(addons), "fill_worth")
    library(addons, bare=True)
    with acting(shelves) as env:
        north = find(env, "north")
        env.write(north, name="arctic")
        env.create("fill_shelf.book", title="ice", shelf=north, price=Decimal(5))
        env.delete(env.first("fill_shelf.book", env.info("fill_shelf.book").cls.title == "south 1"))
    return library(addons)


def told(shelves: ScratchDatabase) -> dict[str, Any]:
    with acting(shelves) as env:
        return {
            "signs": {one.name: one.sign for one in env.search("fill_shelf.shelf", order="id")},
            "notes": [one.about for one in env.search("fill_worth.note", order="id")],
            "found": [
                one.name
                for one in env.search(
                    "fill_shelf.shelf", search_criteria(env, env.info("fill_shelf.shelf"), "polar")
                )
            ],
        }


NOW = {
    "signs": {"arctic": "ARCTIC 12", "south": "SOUTH 0"},
    "notes": ["arctic", "south"],
    "found": ["arctic"],
}


def test_what_changed_while_it_was_away_is_followed_when_it_is_back(
    addons: Addons, shelves: ScratchDatabase
) -> None:
    composed = changed_without_it(addons, shelves)
    restore(shelves.owner, APP_ROLE, composed, "fill_worth")
    assert told(shelves) == NOW


TAGS = """
from fill_shelf.models import Shelf
from core.api import Mapped, _, computed, field
class Tagged(Shelf, extend=True):
    tag: Mapped[str | None] = field(_("Tag"), default=None, searchable=True)
    sign: Mapped[str | None] = computed(_("Sign"), by=lambda one: one.name.upper(), depends=("name",))
"""


def tagged(addons: Addons, *, bare: bool = False) -> Composition:
    addons.add("fill_shelf", {"models.py": SHELF})
    addons.add("fill_tags", {"models.py": TAGS}, depends=["fill_shelf"])
    return compose(addons.loaded_anew(but=["fill_tags"] if bare else []))


def test_rows_that_nobody_touched_meanwhile_are_not_looked_at(
    addons: Addons, shelves: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Coming back costs what happened meanwhile, and not what was there."""
    install(shelves.owner, APP_ROLE, tagged(addons), ["fill_tags"])
    with shelves.owner.begin() as connection:
        own = connection.execute(text("select id from base.company where code = 'A'")).scalar_one()
        enable_all(connection, own)
    with acting(shelves) as env:
        for name in ("north", "south"):
            env.write(find(env, name), tag="polar")
    with shelves.owner.begin() as connection:
        connection.execute(text("update fill_shelf.shelf set changed_at = now() - 2 * interval '1 hour'"))
    remove(shelves.owner, APP_ROLE, tagged(addons), "fill_tags")
    tagged(addons, bare=True)
    with acting(shelves) as env:
        env.write(find(env, "north"), name="arctic")
    looked: list[int] = []
    monkeypatch.setattr(
        filling, "refresh_grams", lambda env, info, ids: looked.extend(ids) or refresh(env, info, ids)
    )
    restore(shelves.owner, APP_ROLE, tagged(addons), "fill_tags")
    assert signs(shelves) == {"arctic": "ARCTIC", "south": "SOUTH"}
    with acting(shelves) as env:
        by_tag = search_criteria(env, env.info("fill_shelf.shelf"), "polar")
        assert [one.name for one in env.search("fill_shelf.shelf", by_tag, order="id")] == ["arctic", "south"]
        assert looked == [find(env, "arctic").id]


def test_a_restoration_that_was_interrupted_is_completed(
    addons: Addons, shelves: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = changed_without_it(addons, shelves)

    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("core.lifecycle.finishing.fill", interrupted)
        with pytest.raises(KeyboardInterrupt):
            restore(shelves.owner, APP_ROLE, composed, "fill_worth")
    assert told(shelves)["signs"] == {"arctic": "NORTH 7", "south": "SOUTH 7"}
    upgrade_schema(shelves.owner, APP_ROLE, composed)
    assert told(shelves) == NOW
    with shelves.owner.connect() as connection:
        assert connection.execute(select(journal.c.id).where(journal.c.state == "running")).all() == []
