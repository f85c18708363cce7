"""Lazy texts and the catalogues behind them."""

from __future__ import annotations

import json
import os
import pickle
import threading
import types
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from core import i18n
from core.i18n import LazyString, _, _n, _p, forget_domain, lookup, register_domain, translator, use_language

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def write_catalogue(folder: Path, domain: str, body: str, language: str = "zh_CN") -> Path:
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body, encoding="utf-8")
    return path


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Path]:
    """An addon's catalogue with a text, a plural, a context, an unfinished and a doubtful translation."""
    po = write_catalogue(
        tmp_path,
        "acme",
        'msgid "Points of {name}"\nmsgstr "{name} 的积分"\n\n'
        'msgid "{n} point"\nmsgid_plural "{n} points"\nmsgstr[0] "{n} 分"\n\n'
        'msgctxt "verb"\nmsgid "Order"\nmsgstr "排序"\n\nmsgid "Order"\nmsgstr "订单"\n\n'
        'msgid "Unfinished"\nmsgstr ""\n\n#, fuzzy\nmsgid "Doubtful"\nmsgstr "错的"\n\n'
        'msgid "Yes"\nmsgstr "好"\n',
    )
    register_domain("acme", tmp_path)
    yield po
    forget_domain("acme")


def text(msgid: str, **args: object) -> LazyString:
    return LazyString("acme", msgid, args)


@pytest.mark.usefixtures("acme")
class TestCatalogues:
    def test_the_language_is_chosen_when_the_text_is_read(self) -> None:
        points = text("Points of {name}", name="张三")
        assert str(points) == "Points of 张三"
        with use_language("zh_CN"):
            assert str(points) == f"{points}" == "张三 的积分"
            assert points.translate("en") == "Points of 张三"
        assert str(points) == "Points of 张三"

    def test_the_addon_comes_before_the_kernel_and_the_kernel_before_the_source(self) -> None:
        assert text("Yes").translate("zh_CN") == "好"
        assert LazyString("core", "Yes").translate("zh_CN") == "是"
        assert text("No").translate("zh_CN") == "否"
        assert text("Nobody knows this").translate("zh_CN") == "Nobody knows this"
        assert LazyString("never_registered", "No").translate("zh_CN") == "否"

    @pytest.mark.parametrize("msgid", ["Unfinished", "Doubtful", ""])
    def test_what_is_not_surely_translated_shows_its_source(self, msgid: str) -> None:
        assert text(msgid).translate("zh_CN") == msgid

    def test_plural_and_context(self) -> None:
        for n, english in ((1, "1 point"), (2, "2 points"), (0, "0 points")):
            points = LazyString("acme", "{n} point", {"n": n}, plural="{n} points", n=n)
            assert points.translate("en") == english
            assert points.translate("zh_CN") == f"{n} 分"
        assert text("Order").translate("zh_CN") == "订单"
        assert LazyString("acme", "Order", context="verb").translate("zh_CN") == "排序"
        assert LazyString("acme", "Order", context="verb").translate("en") == "Order"

    def test_an_unknown_language_is_refused(self) -> None:
        with pytest.raises(ValueError, match="xx"), use_language("xx"):
            pass

    def test_another_thread_speaks_its_own_language(self) -> None:
        heard: list[str] = []
        with use_language("zh_CN"):
            thread = threading.Thread(target=lambda: heard.append(str(text("Yes"))))
            thread.start()
            thread.join()
            assert str(text("Yes")) == "好"
        assert heard == ["Yes"]

    def test_many_threads_may_load_at_once(self, acme: Path) -> None:
        register_domain("acme", acme.parents[2])
        heard: list[str] = []
        threads = [
            threading.Thread(target=lambda: heard.append(text("Yes").translate("zh_CN")))
            for _number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert heard == ["好"] * 8


def test_a_newer_source_wins_over_an_older_compiled_catalogue(acme: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = acme.with_suffix(".mo")
    with acme.open("rb") as source, compiled.open("wb") as target:
        write_mo(target, read_po(source, locale="zh_CN"))
    acme.write_text(acme.read_text("utf-8").replace("好", "行"), encoding="utf-8")
    for source_age, expected in ((-100, "好"), (+100, "行")):
        moment = compiled.stat().st_mtime + source_age
        os.utime(acme, (moment, moment))
        register_domain("acme", acme.parents[2])
        assert text("Yes").translate("zh_CN") == expected
    acme.unlink()
    register_domain("acme", acme.parents[2])
    assert text("Yes").translate("zh_CN") == "好"


def test_a_broken_catalogue_shows_the_source_and_is_reported(acme: Path) -> None:
    acme.write_bytes(HEADER.encode() + b'msgid "Yes"\nmsgstr "\xff\xfe"\n')
    register_domain("acme", acme.parents[2])
    assert text("Yes").translate("zh_CN") == "是"
    assert [problem.partition(":")[0] for problem in i18n.catalogue_problems()] == ["acme (zh_CN)"]


def test_a_forgotten_domain_speaks_no_more(acme: Path) -> None:
    assert acme.exists()
    assert text("Order").translate("zh_CN") == "订单"
    forget_domain("acme")
    assert text("Order").translate("zh_CN") != "订单"


def test_an_import_name_may_differ_from_the_addon(acme: Path) -> None:
    register_domain("acme", acme.parents[2], package="com_acme")
    assert LazyString("com_acme", "Order").translate("zh_CN") == "订单"


@pytest.mark.parametrize(
    ("module", "domain"),
    [
        ("core.orm.env", "core"),
        ("addons.crm_leads.models.lead", "crm_leads"),
        ("addons.crm_leads", "crm_leads"),
        ("acme_loyalty.views", "acme_loyalty"),
        ("acme", "acme"),
    ],
)
def test_a_text_belongs_to_the_addon_of_the_calling_module(module: str, domain: str) -> None:
    caller = types.ModuleType(module)
    caller.__dict__.update({"_": _, "_n": _n, "_p": _p})
    exec("a = _('x')\nb = _n('x', 'y', 2)\nc = _p('verb', 'x')\nclass C:\n    d = _('x')", caller.__dict__)
    found = (caller.a, caller.b, caller.c, caller.C.d)
    assert [one.domain for one in found] == [domain] * 4
    assert (caller.b.plural, caller.b.n, caller.c.context) == ("y", 2, "verb")


def test_a_bound_translator_ignores_the_module() -> None:
    mark = translator("crm_leads")
    assert mark("Lead {n}", n=3) == LazyString("crm_leads", "Lead {n}", {"n": 3})


class TestArguments:
    def test_they_are_names_only(self) -> None:
        odd = text("{name.__class__} {name!r} {name:>9} {0} {} {unknown} {{name}} 100% {name}", name="x")
        assert str(odd) == "{name.__class__} {name!r} {name:>9} {0} {} {unknown} {x} 100% x"

    def test_their_text_is_not_substituted_again(self) -> None:
        assert str(text("{a} {b}", a="{b}", b="{a}")) == "{b} {a}"

    def test_they_may_be_lazy_values_and_lists(self) -> None:
        when = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
        rich = text("{yes} {list} {amount} {day} {when} {n} {none}").format(
            yes=LazyString("core", "Yes"), list=["a", LazyString("core", "No")], amount=Decimal("1234567.5"),
            day=date(2026, 11, 21), when=when, n=12345, none=None,
        )  # fmt: skip
        assert (
            rich.translate("en") == "Yes a, No 1,234,567.5 Nov 21, 2026 Nov 21, 2026, 2:05\u202fPM 12345 None"
        )
        chinese = "是 a、否 1,234,567.5 2026年11月21日 2026年11月21日 14:05 12345 None"
        assert rich.translate("zh_CN") == chinese

    def test_percent_and_format_add_to_what_is_there(self) -> None:
        assert text("{a}{b}", a=1) % {"b": 2} == text("{a}{b}", a=1).format(b=2) == text("{a}{b}", a=1, b=2)


class TestIdentity:
    def test_equal_texts_are_equal_and_hash_alike(self) -> None:
        one, two = text("{a}", a=[1]), text("{a}", a=[1])
        assert one == two
        assert hash(one) == hash(two)
        assert {one: 1}[two] == 1

    @pytest.mark.parametrize(
        "other",
        [
            text("b"),
            text("a", x=1),
            LazyString("core", "a"),
            LazyString("acme", "a", context="verb"),
            "a",
            None,
        ],
    )
    def test_others_differ(self, other: object) -> None:
        assert text("a") != other

    def test_an_empty_text_is_false(self) -> None:
        assert not text("")
        assert text("a")

    def test_it_survives_pickle_and_json(self) -> None:
        rich = LazyString(
            "acme", "{n} point",
            {"n": 2, "t": text("{x}", x=1), "d": Decimal("1.50"), "day": date(2026, 1, 2), "list": [text("a"), 1],
             "at": datetime(2026, 1, 2, 3, tzinfo=UTC), "none": None, "ok": True},
            context="noun", plural="{n} points", n=2,
        )  # fmt: skip
        assert pickle.loads(pickle.dumps(rich)) == rich
        assert LazyString.from_json(json.loads(json.dumps(rich.as_json()))) == rich
        assert LazyString.from_json(text("a").as_json()) == text("a")
        assert str(LazyString.from_json(text("{p}", p=Path("a")).as_json())) == "a"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["zh-Hans-CN", "en"], "zh_CN"),
        (["de", "en-GB"], "en"),
        (["ZH"], "zh_CN"),
        ([" zh_TW "], "zh_CN"),
        (["de"], "en"),
    ],
)
def test_the_browsers_wish(wanted: list[str], language: str) -> None:
    assert i18n.negotiate(wanted) == language
    assert i18n.negotiate([], default="zh_CN") == "zh_CN"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "\0", "Asia", "x" * 5000])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"), i18n.use_time_zone(name):
        pass


def test_every_sentence_of_the_kernels_base_is_translated() -> None:
    for sentence in ("Yes", "No", "just now", "“{text}” is not a number."):
        assert lookup("core", "zh_CN", sentence) != sentence
