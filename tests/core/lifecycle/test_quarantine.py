"""An addon that cannot be composed stands aside with its error, those that need it too, and all others are composed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from core.config import Config
from core.errors import CompositionError
from core.lifecycle.quarantine import compose_fitting
from core.modules.discovery import discover
from core.modules.graph import order
from core.modules.loader import load
from core.orm.compose import Composition, composition
from core.views.check import check
from tests.core.modules.bench import Addons

MODEL = """
from core.api import CompanyOwned, Mapped, _, field
class {name}(CompanyOwned, label=_("{name}")):
    title: Mapped[str] = field(_("Title"), default="")
"""
VIEWS = """
from zoo_base.models import Beast
from core.api import FormView, ListView, _, group
class BeastForm(FormView[Beast]):
    layout = [group(_("Beast"), Beast.title, Beast.legs)]
class BeastList(ListView[Beast]):
    columns = [Beast.title]
"""
BEAST = """
from core.api import CompanyOwned, Mapped, _, field
class Beast(CompanyOwned, label=_("Beast")):
    title: Mapped[str] = field(_("Title"), default="")
    legs: Mapped[int] = field(_("Legs"), default=4)
    def sound(self) -> str:
        return "?"
"""
EXTEND = "from zoo_base.models import Beast\nfrom core.api import Mapped, _, field, many2one\n"
CHANGE = "from zoo_base.models import Beast\nfrom zoo_base.views import BeastForm\nfrom core.api import remove, replace\n"
MENU = "from core.api import _, menu\nentry = menu('zoo.beasts', _('Beasts'))\n"


@pytest.fixture
def zoo(addons: Addons) -> Iterator[Addons]:
    """Three sound addons: two that build on the first, and one beside them."""
    addons.add("zoo_base", {"models.py": BEAST, "views.py": VIEWS})
    addons.add("zoo_good", {"models.py": EXTEND + "class Fed(Beast, extend=True):\n    hay: Mapped[str | None] = "
               "field(_('Hay'), default=None)\n"}, depends=["zoo_base"])  # fmt: skip
    addons.add("zoo_other", {"models.py": MODEL.format(name="Stone")})
    yield addons


def composed(zoo: Addons, *, limit: float = 30) -> Composition:
    found = discover(Config(zoo.folder / "state", (zoo.folder,)), limit=limit)
    names = [one.name for one in found if one.name in zoo.names]
    return compose_fitting(load(order(found, names), limit=limit), limit=limit)


def assert_the_others_work(result: Composition, *aside: str) -> None:
    assert composition() is result
    assert set(result.aside) == set(aside)
    assert {"base", "zoo_base", "zoo_good", "zoo_other"} - set(aside) == set(result.addons) - {"zoo_extra"}
    beast = result.models.get("zoo_base.beast")
    if beast is not None:
        assert "hay" in beast.fields
        assert beast.definition(title="Lion").sound() == "?"
        assert not {name for name in set(beast.table.columns.keys()) if name.startswith("zoo_bad")}


BROKEN = {
    "a field without a type": (
        EXTEND + "class Odd(Beast, extend=True):\n    odd = field(_('Odd'))\n",
        "needs an annotation", "models.py:4",
    ),
    "a type that cannot be stored": (
        EXTEND + "class Odd(Beast, extend=True):\n    odd: Mapped[complex | None] = field(_('Odd'), default=None)\n",
        "cannot be stored", "models.py:4",
    ),
    "a reference to nothing": (
        EXTEND + "class Odd(Beast, extend=True):\n    odd: Mapped['Nobody | None'] = many2one(_('Odd'), default=None)\n",
        "Nobody", "models.py:4",
    ),
    "a field that is there": (
        EXTEND + "class Odd(Beast, extend=True):\n    legs: Mapped[int] = field(_('Legs'), default=2)\n",
        "zoo_base.beast has legs twice: from zoo_base", "models.py:4",
    ),
    "an error in a function that is asked for choices": (
        EXTEND + "from core.api import selection\nclass Odd(Beast, extend=True):\n    odd: Mapped[str | None] = selection("
        "_('Odd'), default=None, choices=lambda composed: 1 / 0)\n",
        "does not fit: ZeroDivisionError", "models.py:5",
    ),
}  # fmt: skip


def test_models_that_cannot_be_composed_set_their_addons_aside_each_with_its_error(zoo: Addons) -> None:
    for number, (text, _words, _place) in enumerate(BROKEN.values()):
        zoo.add(f"zoo_bad{number}", {"models.py": text}, depends=["zoo_base"])
    zoo.add("zoo_above", {"models.py": MODEL.format(name="Cloud")}, depends=["zoo_bad0"])
    result = composed(zoo)
    assert_the_others_work(result, "zoo_above", *(f"zoo_bad{number}" for number in range(len(BROKEN))))
    for number, (_text, words, place) in enumerate(BROKEN.values()):
        bad = result.aside[f"zoo_bad{number}"]
        said = "\n".join([str(bad), *getattr(bad, "__notes__", ())])
        assert bad.addon == f"zoo_bad{number}"
        assert words in said and place in said
    assert str(result.aside["zoo_above"]) == "zoo_above needs zoo_bad0, which cannot be used itself."


def test_a_base_that_cannot_be_composed_takes_along_what_needs_it(zoo: Addons) -> None:
    zoo.add("zoo_base", {"models.py": BEAST + "    tail: Mapped[complex] = field(_('Tail'))\n"})
    assert_the_others_work(composed(zoo), "zoo_base", "zoo_good")


def test_a_view_that_cannot_be_built_sets_its_addon_aside(zoo: Addons) -> None:
    views = "from zoo_bad.models import Cloud\nfrom core.api import FormView\nclass CloudForm(FormView[Cloud]):\n    layout = 7\n"
    zoo.add("zoo_bad", {"models.py": MODEL.format(name="Cloud"), "views.py": views})
    result = composed(zoo)
    assert_the_others_work(result, "zoo_bad")
    assert "TypeError" in str(result.aside["zoo_bad"])


def test_a_grant_on_nothing_sets_its_addon_aside(zoo: Addons) -> None:
    access = "from core.api import USER, grant\nclass Nothing: ...\ngrants = [grant(USER, Nothing, 'read')]\n"
    zoo.add("zoo_bad", {"access.py": access})
    result = composed(zoo)
    assert_the_others_work(result, "zoo_bad")
    assert "not an installed model" in str(result.aside["zoo_bad"])


TWO = {
    "field": ({"models.py": EXTEND + "class A{n}(Beast, extend=True):\n    fur: Mapped[str | None] = field(_('F'), "
               "default=None)\n"}, "models.py:4", "models.py:4"),
    "method": ({"models.py": EXTEND + "class A{n}(Beast, extend=True):\n\n    def groom(self) -> None: ...\n"},
               "models.py:5", "models.py:5"),
    "part of a form": ({"views.py": CHANGE + "class A{n}(BeastForm, extend=True):\n    changes = [\n        "
                        "replace(Beast.legs, Beast.title),\n    ]\n"}, "views.py:6", "views.py:6"),
    "menu": ({"menus.py": MENU}, "menus.py:2", "menus.py:2"),
    "role": ({"roles.py": "from core.api import Role, _\nKEEPER = Role(\n    'zoo.keeper', _('Keeper'))\n"},
             "roles.py:3", "roles.py:3"),
    "choice": ({"seed.py": "from core.api import _, options\nA = options('zoo.kind', [\n    ('cat', _('Cat'))])\n"},
               "seed.py:3", "seed.py:3"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TWO)
def test_of_two_that_contradict_each_other_the_later_stands_aside(zoo: Addons, kind: str) -> None:
    files, first, second = TWO[kind]
    for name in ("zoo_one", "zoo_two"):
        own = {place: text.replace("{n}", name) for place, text in files.items()}
        zoo.add(name, own, depends=["zoo_base"])
    result = composed(zoo)
    assert set(result.aside) == {"zoo_two"}
    assert "zoo_one" in result.addons
    said = str(result.aside["zoo_two"])
    assert f"zoo_one ({zoo.folder}/zoo_one/{first})" in said
    assert f"zoo_two ({zoo.folder}/zoo_two/{second})" in said


@pytest.mark.parametrize("kind", ["method", "part of a form"])
def test_who_builds_on_the_other_replaces_on_purpose(zoo: Addons, kind: str) -> None:
    files, _first, _second = TWO[kind]
    for name, needs in (("zoo_one", "zoo_base"), ("zoo_two", "zoo_one")):
        own = {place: text.replace("{n}", name) for place, text in files.items()}
        zoo.add(name, own, depends=["zoo_base", needs])
    assert composed(zoo).aside == {}


def test_the_check_up_tells_of_a_contradiction_too(zoo: Addons) -> None:
    from core.orm.compose import compose

    for name in ("zoo_one", "zoo_two"):
        zoo.add(name, {"menus.py": MENU})
    found = discover(Config(zoo.folder / "state", (zoo.folder,)))
    problems = check(compose(load(order(found, ["zoo_one", "zoo_two"]))))
    assert [(one.addon, one.view, one.part) for one in problems] == [("zoo_two", "menu zoo.beasts", "key")]
    assert "zoo_one (" in str(problems[0]) and problems[0].severity == "error"


def test_what_never_ends_while_it_is_composed_is_stopped_once(zoo: Addons) -> None:
    text = EXTEND + (
        "from core.api import selection\ndef for_ever(composed):\n    while True: ...\nclass Odd(Beast, extend=True):\n    "
        "odd: Mapped[str | None] = selection(_('Odd'), default=None, choices=for_ever)\n"
    )
    zoo.add("zoo_bad", {"models.py": text}, depends=["zoo_base"])
    began = time.monotonic()
    result = composed(zoo, limit=4)
    assert time.monotonic() - began < 16
    assert_the_others_work(result, "zoo_bad")
    assert "TookTooLong" in str(result.aside["zoo_bad"])


def test_the_kernel_itself_is_never_set_aside(zoo: Addons, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_composed: Composition) -> None:
        raise CompositionError(None, addon="base")

    monkeypatch.setattr("core.lifecycle.quarantine.access_index", broken)
    with pytest.raises(CompositionError):
        composed(zoo)


def test_nothing_of_a_broken_one_is_left_in_memory(zoo: Addons) -> None:
    """Definitions of an addon that stands aside have no rows, and composing again finds it as it was."""
    zoo.add(
        "zoo_bad",
        {"models.py": BROKEN["a field that is there"][0] + MODEL.format(name="Cloud")},
        depends=["zoo_base"],
    )
    result = composed(zoo)
    with pytest.raises(TypeError, match="no rows"):
        sys.modules["zoo_bad.models"].Cloud(title="x")
    assert "zoo_bad.cloud" not in result.models
