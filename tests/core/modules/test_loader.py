"""What the loader collects, and that a broken addon stands aside without stopping the others."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from core.config import Config
from core.errors import AddonError, CompositionError
from core.modules.discovery import Found, discover
from core.modules.graph import order
from core.modules.loader import LoadedAddon, load, unknown_files
from core.modules.manifest import KERNEL, Manifest
from tests.core.modules.bench import Addons

MARKED = """
class Thing:
    def __init__(self, mark, name):
        self.__keyuan_mark__, self.name = mark, name

def marked(mark):
    def mark_it(declared):
        declared.__keyuan_mark__ = mark
        return declared
    return mark_it
"""


def load_all(addons: Addons, *wanted: str, limit: float = 10) -> dict[str, LoadedAddon]:
    items = order(addons.find().values(), wanted)
    return {each.name: each for each in load([item for item in items if item.name != KERNEL], limit=limit)}


def described(addon: LoadedAddon) -> list[tuple[str, str, str]]:
    return [
        (entry.mark, getattr(entry.object, "name", getattr(entry.object, "__name__", "?")), entry.module)
        for entry in addon.marked
    ]


def test_the_files_of_an_addon_are_read_in_the_order_of_the_convention(addons: Addons) -> None:
    places = [
        "demo.py", "seed.py", "pages.py", "jobs.py", "hooks.py", "access.py", "menus.py", "reports.py", "views/b.py",
        "views/a.py", "services/deep/x.py", "services/one.py", "models/__init__.py", "models/z.py", "models/a.py", "hookspecs.py",
        "states.py", "roles.py",
    ]  # fmt: skip
    text = "from core.modules import manifest as _m\nimport sys\nsys.acme_read.append(__name__)\n"
    addons.add("acme_one", dict.fromkeys(places, text) | {"tests/test_x.py": "1/0", "conftest.py": "1/0"})
    sys.acme_read = []  # type: ignore[attr-defined]
    assert load_all(addons, "acme_one")["acme_one"].error is None
    assert [name.removeprefix("acme_one.") for name in sys.acme_read] == [  # type: ignore[attr-defined]
        "roles", "states", "hookspecs", "models", "models.a", "models.z", "services.deep.x", "services.one",
        "views.a", "views.b", "reports", "menus", "access", "hooks", "jobs", "pages", "seed", "demo",
    ]  # fmt: skip


def test_functions_classes_instances_and_lists_of_them_are_collected(addons: Addons) -> None:
    addons.add(
        "acme_one",
        {
            "marked.py": MARKED,
            "roles.py": "from acme_one.marked import Thing\nUSER = Thing('role', 'user')\nSAME = USER",
            "access.py": "from acme_one.marked import Thing\nfrom acme_one.roles import USER\n"
            "grants = [Thing('grant', 'g1'), (Thing('grant', 'g2'), [Thing('grant', 'g3')]), USER]",
            "jobs.py": "from acme_one.marked import marked\n@marked('job')\ndef remind(): ...\ndef plain(): ...",
            "models/one.py": "from acme_one.marked import marked\n@marked('model')\nclass One: ...\n"
            "class Heir(One): ...",
        },
    )
    assert described(load_all(addons, "acme_one")["acme_one"]) == [
        ("role", "user", "acme_one.roles"),
        ("model", "One", "acme_one.models.one"),
        ("grant", "g1", "acme_one.access"),
        ("grant", "g2", "acme_one.access"),
        ("grant", "g3", "acme_one.access"),
        ("job", "remind", "acme_one.jobs"),
    ]


def test_what_is_imported_counts_for_the_addon_that_defines_it(addons: Addons) -> None:
    addons.add(
        "zoo_below",
        {
            "marked.py": MARKED,
            "roles.py": "from zoo_below.marked import Thing\nUSER = Thing('role', 'user')",
            "models/one.py": "from zoo_below.marked import marked\n@marked('model')\nclass One: ...",
            "jobs.py": "from zoo_below.marked import marked\n@marked('job')\ndef remind(): ...",
        },
    )
    addons.add(
        "acme_above",
        {
            "access.py": "from zoo_below.roles import USER\nfrom zoo_below.models.one import One\n"
            "from zoo_below.jobs import remind\nroles = [USER, One, remind]"
        },
        depends=["zoo_below"],
    )
    loaded = load_all(addons, "acme_above")
    assert [mark for mark, _name, _module in described(loaded["zoo_below"])] == ["role", "model", "job"]
    assert described(loaded["acme_above"]) == []


def test_a_class_that_marks_its_instances_is_no_declaration_itself(addons: Addons) -> None:
    text = "class State:\n    __keyuan_mark__ = 'state'\n    __slots__ = ()\n    name = 'new'\nNEW = State()"
    addons.add("acme_one", {"states.py": text})
    (entry,) = load_all(addons, "acme_one")["acme_one"].marked
    assert (entry.mark, type(entry.object).__name__) == ("state", "State")


def test_objects_that_answer_oddly_are_left_alone(addons: Addons) -> None:
    text = (
        "class Proxy:\n    def __getattr__(self, name): raise RuntimeError('outside of a request')\n"
        "class Yes:\n    def __getattr__(self, name): return self\n"
        "proxy, yes = Proxy(), Yes()"
    )
    addons.add("acme_one", {"jobs.py": text})
    assert load_all(addons, "acme_one")["acme_one"] == LoadedAddon(addons.find()["acme_one"])


def test_a_mark_that_nobody_collects_is_an_error(addons: Addons) -> None:
    addons.add("acme_one", {"jobs.py": "def f(): ...\nf.__keyuan_mark__ = 'jobb'"})
    error = load_all(addons, "acme_one")["acme_one"].error
    assert isinstance(error, CompositionError)
    assert "'jobb'" in str(error)


def test_modules_of_the_manifest_are_read_with_all_their_parts(addons: Addons) -> None:
    job = "def f(): ...\nf.__keyuan_mark__ = 'job'"
    addons.add("acme_one", {"own/__init__.py": job, "own/part.py": job}, modules=["acme_one.own"])
    loaded = load_all(addons, "acme_one")["acme_one"]
    assert [entry.module for entry in loaded.marked] == ["acme_one.own", "acme_one.own.part"]


def test_a_module_of_the_manifest_that_does_not_exist_is_an_error(addons: Addons) -> None:
    addons.add("acme_one", modules=["acme_one.gone"])
    error = load_all(addons, "acme_one")["acme_one"].error
    assert str(error) == "The manifest of acme_one lists acme_one.gone, which does not exist."


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero", "acme_bad/models/thing.py:1 in <module>: 1 / 0"),
        ("import acme_nowhere", "ModuleNotFoundError", "thing.py:1 in <module>"),
        ("class Thing(:", "SyntaxError", "acme_bad/models/thing.py:1: class Thing(:"),
        ("def f():\n    raise SystemExit(1)\nf()", "SystemExit: 1", "thing.py:2 in f: raise SystemExit(1)"),
        ("from acme_good import nothing", "ImportError", "thing.py:1 in <module>"),
    ],
)
def test_an_import_that_fails_sets_its_addon_aside_and_those_above(
    addons: Addons, text: str, kind: str, place: str
) -> None:
    addons.add("acme_bad", {"models/thing.py": text, "roles.py": "def f(): ...\nf.__keyuan_mark__ = 'job'"})
    addons.add("acme_above", {"jobs.py": "1 / 0"}, depends=["acme_bad"])
    addons.add("acme_good", {"jobs.py": "def f(): ...\nf.__keyuan_mark__ = 'job'"})
    loaded = load_all(addons, "acme_above", "acme_good")
    bad, above, good = loaded["acme_bad"], loaded["acme_above"], loaded["acme_good"]
    assert isinstance(bad.error, AddonError)
    assert bad.error.addon == "acme_bad"
    assert str(bad.error).startswith("acme_bad.models.thing cannot be imported: ")
    assert kind in str(bad.error)
    assert place in bad.error.__notes__[-1]
    assert bad.marked == ()
    assert str(above.error) == "acme_above needs acme_bad, which cannot be used itself."
    assert "acme_above.jobs" not in sys.modules
    assert (good.error, len(good.marked)) == (None, 1)


def test_an_error_of_the_kernel_keeps_its_words(addons: Addons) -> None:
    text = "from core.errors import CompositionError\nfrom core.i18n import LazyString\n"
    addons.add(
        "acme_bad", {"models/a.py": text + "raise CompositionError(LazyString('core', 'No such base.'))"}
    )
    error = load_all(addons, "acme_bad")["acme_bad"].error
    assert isinstance(error, CompositionError)
    assert (str(error.message), error.addon) == ("No such base.", "acme_bad")


def test_an_import_that_never_ends_is_stopped_and_the_others_load(addons: Addons) -> None:
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(0.01)\n    except Exception:\n        continue"
    addons.add("acme_hang", {"services/wait.py": stubborn})
    addons.add("acme_sleep", {"services/wait.py": "import time\ntime.sleep(60)"})
    addons.add("zoo_good", {"jobs.py": "def f(): ...\nf.__keyuan_mark__ = 'job'"})
    started = time.monotonic()
    loaded = load_all(addons, "acme_hang", "acme_sleep", "zoo_good", limit=0.4)
    assert time.monotonic() - started < 10
    for name in ("acme_hang", "acme_sleep"):
        assert "services.wait cannot be imported: TookTooLong: not finished after 0.4 seconds" in str(
            loaded[name].error
        )
    assert (
        "acme_sleep/services/wait.py:2 in <module>: time.sleep(60)" in loaded["acme_sleep"].error.__notes__[0]
    )  # type: ignore[union-attr]
    assert loaded["zoo_good"].error is None


def test_how_long_importing_may_take_is_a_setting(addons: Addons) -> None:
    addons.add("acme_sleep", {"services/wait.py": "import time\ntime.sleep(60)"})
    found = discover(Config(addons.folder / "state", (addons.folder,), import_seconds=1))
    sleeping = next(one for one in load(order(found, ["acme_sleep"])) if one.name == "acme_sleep")
    assert "not finished after 1 seconds" in str(sleeping.error)


def test_addons_that_stand_aside_keep_their_reason_and_their_manifest(addons: Addons) -> None:
    addons.add("acme_missing", depends=["acme_nowhere"])
    loaded = load_all(addons, "acme_missing", "acme_gone")
    assert loaded["acme_missing"].manifest.depends == ("acme_nowhere",)
    assert "acme_nowhere" in str(loaded["acme_missing"].error)
    with pytest.raises(AddonError, match="no code for the addon acme_gone"):
        _ = loaded["acme_gone"].manifest
    with pytest.raises(AddonError, match="no code for the addon acme_gone"):
        _ = loaded["acme_gone"].folder


def test_without_the_kernels_addon_nothing_starts() -> None:
    kernel = Found(
        KERNEL, "acme_no_kernel", None, "kernel", manifest=Manifest(name=KERNEL, title="Base", version="1.0")
    )
    with pytest.raises(AddonError, match="No module named 'acme_no_kernel'"):
        load([kernel])


def test_files_that_nobody_reads_are_named(addons: Addons) -> None:
    addons.add(
        "acme_one",
        {"model.py": "", "helpers/__init__.py": "", "locale/x.po": "", "tests/__init__.py": "", "extra.py": "",
         "migrations/1_0_0.py": "", "static/a.js": "", "roles.py": ""},
        modules=["acme_one.extra"],
    )  # fmt: skip
    assert unknown_files(load_all(addons, "acme_one")["acme_one"]) == ["helpers", "model.py"]


HOOKS_BELOW = "from core.modules.hooks import hookspec\n@hookspec\ndef happened(env, what): ..."


def test_an_implementation_that_does_not_fit_names_both_functions(addons: Addons) -> None:
    addons.add("acme_below", {"hookspecs.py": HOOKS_BELOW})
    text = "from acme_below.hookspecs import happened\nfrom core.modules.hooks import implements\n"
    addons.add(
        "acme_wrong",
        {"hooks.py": text + "@implements(happened)\ndef hear(env, who): ..."},
        depends=["acme_below"],
    )
    addons.add(
        "acme_right",
        {"hooks.py": text + "@implements(happened)\ndef hear(what): ..."},
        depends=["acme_below"],
    )
    loaded = load_all(addons, "acme_wrong", "acme_right")
    error = loaded["acme_wrong"].error
    assert isinstance(error, CompositionError)
    assert (
        "acme_wrong.hooks.hear takes who, but acme_below.hookspecs.happened announces only env, what."
        in str(error)
    )
    assert str(error.place).endswith("hooks.py:3")
    assert loaded["acme_right"].error is None


def test_an_event_of_an_addon_that_is_not_there_cannot_be_implemented(addons: Addons) -> None:
    addons.add("zoo_later", {"hookspecs.py": HOOKS_BELOW})
    text = "from zoo_later.hookspecs import happened\nfrom core.modules.hooks import implements\n"
    addons.add("acme_one", {"hooks.py": text + "@implements(happened)\ndef hear(env): ..."})
    error: Any = load_all(addons, "acme_one")["acme_one"].error
    assert "acme_one.hooks.hear implements zoo_later.hookspecs.happened" in str(error)
