"""Readings of Chinese, for searching by sound and for sorting."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.mmseg import seg

from core.orm.normalise import normalise
from core.orm.pinyin import SORTED_LENGTH, SURNAMES, completions, initial_letters, sort_key, sounds, syllables
from core.orm.pinyin_tables import FILE, build, tables

phrases = st.sampled_from(sorted(PHRASES_DICT))


def spoken(name: str) -> list[str]:
    return [sound.joined for sound in sounds(normalise(name))]


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("重庆", "chongqing"),
        ("重工", "zhonggong"),
        ("长沙银行", "changshayinhang"),
        ("厦门大厦", "xiamendasha"),
        ("六安", "luan"),
        ("蚌埠", "bengbu"),
        ("乐山音乐", "leshanyinyue"),
        ("万俟", "moqi"),
        ("长城（北京）科技", "changchengbeijingkeji"),
    ],
)
def test_places_and_phrases_are_read_rightly(name: str, reading: str) -> None:
    assert spoken(name)[0] == reading


@pytest.mark.parametrize(
    ("name", "reading"), [("单田芳", "shantianfang"), ("曾国藩", "zengguofan"), ("仇英", "qiuying")]
)
def test_a_family_name_has_its_own_reading_beside_the_usual_one(name: str, reading: str) -> None:
    assert reading in spoken(name)
    assert "".join(lazy_pinyin(name)) in spoken(name)
    assert sort_key(name).startswith(reading[:3])


def test_a_word_is_no_family_name() -> None:
    assert spoken("解放") == ["jiefang"]
    assert spoken("单位") == ["danwei"]
    assert spoken("曾国藩故居纪念馆") == ["".join(lazy_pinyin("曾国藩故居纪念馆"))]


def test_every_listed_family_name_differs_from_the_usual_reading() -> None:
    for surname in SURNAMES:
        assert len(spoken(f"{surname}卓")) == 2, surname


def test_the_umlaut_may_be_typed_in_both_ways() -> None:
    assert spoken("吕布") == ["lvbu", "lubu"]


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("TCL集团", ["jituan"]),
        ("张三 李四", ["zhangsan", "lisi"]),
        ("𠮷野家", ["yejia"]),
        ("Acme", []),
        ("汉" * 65, []),
        ("嗯", []),
        ("", []),
        ("寿司ガ", ["shousi"]),
    ],
)
def test_what_is_read_together(name: str, readings: list[str]) -> None:
    assert spoken(name) == readings


@given(phrases, phrases)
def test_readings_are_the_librarys(first: str, second: str) -> None:
    name = normalise(first + second)[:60]
    expected = lazy_pinyin(name)
    if set(expected) <= syllables() and (found := spoken(name)):
        assert "".join(expected) in found


def test_syllables_are_complete() -> None:
    read = {
        syllable for phrase in PHRASES_DICT for sound in sounds(phrase[:60]) for syllable in sound.syllables
    }
    assert read <= syllables()
    assert max(map(len, syllables())) == 6
    assert {"zhang", "lv", "lu", "nve", "a"} <= syllables()
    assert not {"i", "u", "v"} & initial_letters()


def test_completions() -> None:
    assert completions("zhan") == ("zhan", "zhang")
    assert completions("zhuang") == ("zhuang",)
    assert completions("x" * 7) == completions("") == completions("vz") == ()


class TestSorting:
    def test_chinese_stands_in_the_order_of_its_sound_among_latin_names(self) -> None:
        right = "阿里 Acme 北京 重庆 华为 李四 Lima 吕布 腾讯 王五 Zebra 张三 Zz".split()
        assert sorted(set(right), key=sort_key) == right

    def test_one_family_name_stays_together_and_short_before_long(self) -> None:
        names = ["章武", "张五", "张伟", "章明", "张", "詹一", "长江", "掌一"]
        assert sorted(names, key=sort_key) == ["长江", "詹一", "张", "张伟", "张五", "章明", "章武", "掌一"]

    def test_case_and_accents_do_not_matter_but_break_ties(self) -> None:
        names = ["b", "Éa", "A", "a", "ea", "EA", "a b", "ab"]
        assert sorted(names, key=sort_key) == ["a", "A", "a b", "ab", "b", "ea", "EA", "Éa"]

    def test_a_key_is_readable_and_fits_an_index_entry(self) -> None:
        assert sort_key("张三") == "zhang1张 san1三"
        assert sort_key("acme ltd") == "acme ltd"
        assert len(sort_key("庄" * 5000).encode()) < 2600
        assert len(sort_key("x" * 5000)) == SORTED_LENGTH

    @given(st.text(st.characters(exclude_categories=[]), max_size=40), st.text(max_size=40))
    def test_any_text_has_a_key_of_its_own(self, one: str, two: str) -> None:
        key = sort_key(one)
        key.encode()
        assert "\0" not in key
        if one != two and "\0" not in one + two and not any("\ud800" <= char <= "\udfff" for char in one):
            same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", two)
            assert (key == sort_key(two)) == same


def test_the_tables_say_what_the_dictionaries_say() -> None:
    for phrase, spelled in PHRASES_DICT.items():
        assert tables().toned(phrase) == [readings[0] for readings in spelled], phrase
    for code, readings in PINYIN_DICT.items():
        assert tables().toned(chr(code)) == [readings.split(",")[0]], chr(code)
    assert tables().toned("A") == [""]


pieces = (
    phrases | phrases.map(lambda phrase: phrase[:-1]) | st.text("的一了是重长银行中国人大京北", max_size=3)
)


@given(st.lists(pieces, max_size=5).map("".join))
def test_the_tables_cut_as_the_library_does(run: str) -> None:
    assert list(tables().cut(run)) == list(seg.cut(run))


def test_what_begins_a_phrase_at_the_end_is_no_phrase() -> None:
    beginnings = {phrase[:-1] for phrase in PHRASES_DICT if len(phrase) > 2}
    ends = [f"重{one}" for one in sorted(beginnings - PHRASES_DICT.keys())[::50]]
    assert len(ends) > 100
    assert [list(tables().cut(one)) for one in ends] == [list(seg.cut(one)) for one in ends]


def test_the_file_of_the_tables_is_that_of_the_installed_library() -> None:
    assert FILE.read_bytes() == build(), "make setup renews it"
