"""What is stored of a record so that any part of a name, number or sound finds it by an index.

One ``text[]`` column holds the *grams* of all searchable texts of a row, under a GIN index. A trigram index
would not serve the two Chinese characters that people type most (measured: 760 ms in a million names, against
0.2 ms with grams).

======================  =====================================================  =================
text                    grams                                                  example
======================  =====================================================  =================
Chinese and symbols     every character, every pair of neighbours              张 三 张三
letters and digits      every three neighbours                                 acm cme
beginning of a word     its first letter, its first two                        a ac
digits with separators  every three neighbours as if written without           138-0013: 380
sound of Chinese        every syllable, in the namespace ``p:``                p:zhang p:san
initials of the sound   every one, two and three neighbours, in ``i:``         i:z i:s i:zs
======================  =====================================================  =================

Grams only propose candidates; `core.orm.search_query` asks for them and checks each candidate again. Whoever
changes a rule here raises `GRAMS_VERSION`, so that all rows are filled anew, and changes the same rule there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from core.orm.normalise import normalise, searched
from core.orm.pinyin import NAME_LENGTH, sort_key, spellings
from core.orm.search_query import matches, query_grams
from core.orm.tokens import TOKEN, neighbours, numbers

__all__ = ["GRAMS_VERSION", "grams", "grams_many", "matches", "normalise", "query_grams", "sort_key"]

GRAMS_VERSION: Final = 1
"""Raised with every change of the grams of a text."""


def grams(texts: Iterable[str | None]) -> list[str]:
    """The grams to store for a row with these searchable texts, each once, the same for the same texts.

    Of each text the first 400 characters count, and its sound only where it is as short as a name: see
    `normalise.SEARCHED_LENGTH` and `pinyin.NAME_LENGTH`.
    """
    seen = [searched(text) for text in texts if text]
    parts = [_of_name(text) if len(text) <= NAME_LENGTH else _written(text) for text in seen]
    return list(dict.fromkeys(chain.from_iterable(parts)))


def grams_many(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """`grams` of many rows, for imports and the job that fills old rows; readings are looked up once a phrase."""
    return [grams(texts) for texts in rows]


@lru_cache(maxsize=1 << 13)
def _of_name(text: str) -> tuple[str, ...]:
    found = _written(text)
    for spelled in spellings(text):
        found += [f"p:{syllable}" for syllable in spelled]
        initials = "".join([syllable[0] for syllable in spelled])
        for width in (1, 2, 3):
            found += [f"i:{part}" for part in neighbours(initials, width)]
    return tuple(dict.fromkeys(found))


def _written(text: str) -> list[str]:
    found: list[str] = []
    for singles, word in TOKEN.findall(text):
        if singles:
            found += singles
            found += neighbours(singles, 2)
        else:
            found += (word[:1], word[:2])
            found += neighbours(word, 3)
    for number in numbers(text):
        found += neighbours(number, 3)
    return found
