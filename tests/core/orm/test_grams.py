"""What is stored for search, and what a query asks for: whatever matches must be a candidate."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.orm.grams import grams, grams_many, matches, query_grams
from core.orm.normalise import normalise
from core.orm.pinyin import sounds
from core.orm.search_query import MOST_ALTERNATIVES

any_text = st.text(st.characters(exclude_categories=[]), max_size=50)
han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
frequent = st.sampled_from(
    "重庆长城北京上海华为腾讯科技有限公司张王李单曾吕女西安方案中国银行乐山音乐𠮷〇（） ·A1"
)
chinese_names = st.text(han | frequent, min_size=2, max_size=14)
mixed_text = st.text(frequent | st.sampled_from("aAbz09-+()., é公司") | han, max_size=40)
words = st.text(st.sampled_from("abcdefghijxyz0123456789"), min_size=3, max_size=20)


def is_candidate(query: str, stored: list[str]) -> bool:
    return any(set(alternative) <= set(stored) for alternative in query_grams(query))


def finds(query: str, *texts: str) -> bool:
    """Found as the product finds: proposed by the grams, then checked."""
    return is_candidate(query, grams(texts)) and matches(query, texts)


def parts(length: int, least: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(0, length - least).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + least, length))
    )


class TestEveryPartIsFound:
    @given(st.text(han | st.sampled_from("𠮷𪚥〇"), min_size=2, max_size=14), st.data())
    def test_of_a_chinese_name(self, name: str, data: st.DataObject) -> None:
        start, end = data.draw(parts(len(name), 2))
        assert finds(name[start:end], name)
        assert finds(name[start], name)

    @given(words, st.data())
    def test_of_a_word(self, word: str, data: st.DataObject) -> None:
        start, end = data.draw(parts(len(word), 3))
        assert finds(word[start:end], f"x {word.upper()}!")
        assert finds(word[:1], f"x {word}")
        assert finds(word[:2], f"x {word}")

    @given(chinese_names, st.data())
    def test_of_its_initials(self, name: str, data: st.DataObject) -> None:
        for sound in sounds(normalise(name)):
            start, end = data.draw(parts(len(sound.initials), 1))
            assert finds(sound.initials[start:end], name)

    @given(chinese_names, st.data())
    def test_of_its_sound_from_any_character_on(self, name: str, data: st.DataObject) -> None:
        for sound in sounds(normalise(name)):
            start = data.draw(st.sampled_from(sorted(sound.starts)))
            end = data.draw(st.integers(start + 1, len(sound.joined)))
            assert finds(sound.joined[start:end], name)

    @given(st.text("0123456789", min_size=7, max_size=13), st.sampled_from([" ", "-", ".", ") "]), st.data())
    def test_of_a_number_however_it_is_written(
        self, number: str, separator: str, data: st.DataObject
    ) -> None:
        written = f"{number[:3]}{separator}{number[3:]}"
        start, end = data.draw(parts(len(number), 3))
        assert finds(number[start:end], written)
        assert finds(written, number)
        assert finds(f"{number[:3]} {number[3:]}", written)


class TestNothingThatMatchesIsLost:
    @given(mixed_text, st.data())
    def test_any_part_of_a_text(self, text: str, data: st.DataObject) -> None:
        seen = normalise(text)
        assume(seen)
        start, end = data.draw(parts(len(seen), 1))
        query = seen[start:end]
        if matches(query, [text]):
            assert is_candidate(query, grams([text]))

    @given(st.lists(mixed_text, max_size=3), mixed_text)
    @example(["（公司"], "(公")
    @example(["E4公司"], "4公司")
    @example(["a-b"], "a- b")
    def test_any_query_and_any_texts(self, texts: list[str], query: str) -> None:
        if matches(query, texts):
            assert is_candidate(query, grams(texts))

    @given(st.text("aeginostuxzhlv ", max_size=30), chinese_names)
    def test_any_letters_and_any_name(self, query: str, name: str) -> None:
        if matches(query, [name]):
            assert is_candidate(query, grams([name]))

    @given(any_text, any_text)
    @example("\ud800\udfff", "\u202e张\u200b三\0")
    def test_any_unicode_at_all(self, text: str, query: str) -> None:
        stored = grams([text])
        for gram in stored:
            gram.encode()
            assert "\0" not in gram
        alternatives = query_grams(query)
        assert len(alternatives) <= MOST_ALTERNATIVES + 1
        if matches(query, [text]):
            assert is_candidate(query, stored)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("重庆", "重庆长城科技"),
        ("cq", "重庆长城科技"),
        ("chongq", "重庆长城科技"),
        ("𠮷", "𠮷野家"),
        ("𠮷野", "𠮷野家"),
        ("lvbu", "吕布"),
        ("lubu", "吕布"),
        ("stf", "单田芳"),
        ("dtf", "单田芳"),
        ("xian", "西安"),
        ("fangan", "方案"),
        ("cafe", "Café"),
        ("ＡＣＭＥ", "acme trading"),
        ("tra ac", "Acme Trading"),
        ("Miller & Sons", "Miller & Sons Ltd"),
        ("公司 cq", "重庆公司"),
        ("4crm", "E4CRM"),
        ("m公司", "E4CRM公司"),
        ("+86 138 0013 8000", "13800138000"),
        ("8613800138000", "138-0013-8000"),
        ("0086 138 0013 8000", "13800138000"),
        ("0013", "138-0013-8000"),
        ("1300", "138-0013-0013"),
        ("13800138000", "１３８ ００１３ ８０００"),
        ("👩", "Ann 👩‍💻"),
        ("アン", "アンナ"),
        ("김", "김철수"),
        ("ivan", "Ivanov"),
        ("иван", "Иванов"),
        ("محم", "محمد"),
        ("张\u200b三", "张三"),
    ],
)
def test_found(query: str, text: str) -> None:
    assert finds(query, "other", text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "张三"),
        ("   ", "张三"),
        ("-", "a-b"),
        ("张四", "张三 李四"),
        ("张李", "张三 李四"),
        ("san si", "张三"),
        ("angsan", "张三"),
        ("ad", "Trading"),
        ("a", "Trading"),
        ("01", "138-0013"),
        ("cd", "长城"),
        ("138 999", "138 000"),
        ("zhangsan", "张，四，三"),
        ("王", "张三"),
    ],
)
def test_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


def test_words_may_be_found_in_different_fields() -> None:
    assert finds("张三 长城", "张三", "长城科技")
    assert not finds("张三 腾讯", "张三", "长城科技")


def test_the_check_sees_only_the_texts_it_is_given() -> None:
    """The grams hold all fields of the row; a caller who may not read the phone does not find by it."""
    stored = grams(["张三", "13800138000"])
    assert is_candidate("0013800", stored)
    assert not matches("0013800", ["张三"])


def test_empty_texts_have_no_grams() -> None:
    assert grams([]) == grams([None, "", "\0", "…"]) == []
    assert not matches("a", [None, ""])


def test_grams_are_the_same_each_time_and_each_once() -> None:
    texts = ["重庆长城（北京）科技有限公司", "重庆长城", "+86 138-0013-8000"]
    assert grams(texts) == grams(list(texts))
    assert len(set(grams(texts))) == len(grams(texts))
    assert grams_many([texts, [], ["x"]]) == [grams(texts), [], ["x"]]


def test_the_kinds_of_grams() -> None:
    assert grams(["张三"]) == ["张", "三", "张三", "p:zhang", "p:san", "i:z", "i:s", "i:zs"]
    assert grams(["Acme 1-23"]) == ["a", "ac", "acm", "cme", "1", "2", "23", "123"]


def test_a_row_has_a_bounded_number_of_grams() -> None:
    prose = "".join(chr(0x4E00 + number) for number in range(20_000))
    assert len(grams([prose])) < 900
    assert len(grams([prose[:64]])) < 400
    assert len(grams(["x y" * 100_000])) < 20
    assert not any(gram.startswith(("p:", "i:")) for gram in grams([prose]))


def test_prose_is_found_by_its_beginning() -> None:
    prose = "字" * 399 + "尾巴"
    assert finds("字尾", prose)
    assert not finds("尾巴", prose)


@pytest.mark.parametrize(
    "query",
    ["na" * 60, "zh sh xi li an ba", "a b c d e f g h i j", "xianfanganxianfangan", "1 " * 50, "公司" * 100],
)
def test_a_query_asks_for_few_alternatives(query: str) -> None:
    alternatives = query_grams(query)
    assert 0 < len(alternatives) <= MOST_ALTERNATIVES + 1
    assert all(alternatives)


@pytest.mark.parametrize(
    ("query", "alternatives"),
    [
        ("公司", [["公司"]]),
        ("司", [["司"]]),
        ("公司ab", [["ab", "公司"]]),
        ("ab公司", [["公司"]]),
        ("z", [["z"], ["i:z"]]),
        ("zs", [["zs"], ["i:zs"]]),
        ("lv", [["lv"], ["i:l", "p:lv"], ["i:l", "p:lve"]]),
        ("lvbu", [["lvb", "vbu"], ["i:lb", "p:bu", "p:lv"]]),
        ("chongqi", [["cho", "gqi", "hon", "ngq", "ong"], ["i:cq", "p:chong"]]),
        ("138-0013", [["001", "013", "138", "380", "800"]]),
    ],
)
def test_what_a_query_asks_for(query: str, alternatives: list[list[str]]) -> None:
    """The more an alternative asks for, the fewer rows are read in vain; less would still be right."""
    assert query_grams(query) == alternatives
