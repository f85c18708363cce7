"""Documents as PDF, set by typst: the layout is `paper.typ`, what it says goes along as data and is never run."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

from core.errors import UserError
from core.exchange.paper import Document, Table
from core.i18n import _

TEMPLATE: Final = Path(__file__).with_name("paper.typ")
CHINESE: Final[tuple[str, ...]] = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "SimHei", "STHeiti",
    "Noto Serif CJK SC", "SimSun", "STSong", "AR PL UMing CN",
)  # fmt: skip
"""Fonts with Chinese characters, the likeliest first; any other of the system with CJK in its name comes behind."""
LATIN: Final[tuple[str, ...]] = (
    "Noto Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "Arial",
    "Helvetica",
    "Libertinus Serif",
)
"""The last one is part of the compiler."""
WIDE: Final = 8
"""A table of more columns lies across the paper."""
SHORT: Final = 16
"""A column of texts that are no longer is as wide as they are; in Latin letters. A day in Chinese is 14."""
USUAL_SIZE: Final = 9.0
SMALLEST_SIZE: Final = 5.5
"""In points, of the letters of a table."""
ACROSS: Final = 750.0
UPRIGHT: Final = 505.0
"""Points between the margins."""
LETTER: Final = 0.56
"""How wide a Latin letter or digit is, bold ones too, for a point of its size."""
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_LONG_WORD: Final = re.compile(r"[!-~]{25,}")
_PIECE: Final = 16


class NoFont(UserError):
    """The server has no font with the characters of the document."""

    default = _(
        "No font with Chinese characters was found on the server: the PDF would show boxes. Please ask your "
        "administrator to install one (fonts-noto-cjk, for example), or print the page."
    )


def pdf_of(document: Document, at: datetime, *, logo: bytes | None = None, note: str = "") -> bytes:
    """The document, made at `at`; `note` stands in a frame above, such as the number of a copy. Raises `NoFont`."""
    data = {**_data(document, note), "fonts": fonts_for(document), "logo": list(logo or b"")}
    return typst.compile(
        TEMPLATE, root=TEMPLATE.parent, font_paths=fonts(), format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=int(at.timestamp()),
    )  # fmt: skip


def fonts_for(document: Document) -> list[str]:
    """Names of fonts that have its characters, the first one for most of them. Raises `NoFont`."""
    names = fonts().families()
    chinese = [one for one in CHINESE if one in names] or [one for one in names if "CJK" in one]
    if not chinese and _CJK.search(json.dumps(_data(document, ""), ensure_ascii=False)):
        fonts.cache_clear()
        raise NoFont()
    latin = [one for one in LATIN if one in names]
    return [*chinese[:1], *latin] if document.language == "zh_CN" else [*latin, *chinese[:1]]


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The fonts of the system, looked for once unless one is missing, and those of the compiler."""
    return typst.Fonts()


def _data(document: Document, note: str) -> dict[str, Any]:
    texts = document.texts
    return {
        "lang": "zh" if document.language == "zh_CN" else "en", "company": document.company,
        "title": document.title, "number": document.number, "note": note,
        "letterhead": _lines(texts.letterhead),
        "opening": _lines(texts.opening), "closing": _lines(texts.closing), "foot": texts.foot,
        "parties": [{"label": one.label, "name": one.name, "lines": one.lines} for one in document.parties],
        "head": document.head, "tables": [_table(one) for one in document.tables], "totals": document.totals,
        "paragraphs": [[label, _lines(text)] for label, text in document.paragraphs],
        "signatures": document.signatures, "is_wide": any(len(one.columns) > WIDE for one in document.tables),
    }  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


def _table(table: Table) -> dict[str, Any]:
    widths = _widths(table)
    return {
        "label": table.label, "size": _size(table, widths), "heads": [one.label for one in table.columns],
        "numeric": [one.is_numeric for one in table.columns], "widths": widths,
        "rows": [[_breakable(text) for text in row] for row in table.rows],
        "strong": [at for at, is_strong in enumerate(table.strong) if is_strong],
    }  # fmt: skip


def _size(table: Table, widths: list[int]) -> float:
    """Letters get smaller where columns would not find room beside each other; long texts are broken."""
    needed = sum(
        min(longest, SHORT) if share else longest
        for longest, share in zip(_longest(table), widths, strict=True)
    )
    room = ACROSS if len(widths) > WIDE else UPRIGHT
    insets = 9.1 * len(widths)
    return (
        round(max(SMALLEST_SIZE, min(USUAL_SIZE, (room - insets) / (needed * LETTER))), 1)
        if needed
        else USUAL_SIZE
    )


def _longest(table: Table) -> list[int]:
    return [
        max([_width(row[at]) for row in table.rows] + [_width(column.label)])
        for at, column in enumerate(table.columns)
    ]


def _widths(table: Table) -> list[int]:
    """Shares of the paper for columns of long texts, else for the longest; 0 for one as wide as what stands in it."""
    longest = _longest(table)
    texts = [at for at, column in enumerate(table.columns) if not column.is_numeric]
    shared = [at for at in texts if longest[at] > SHORT] or sorted(texts, key=lambda at: -longest[at])[:1]
    return [
        round(10 * math.sqrt(min(longest[at], 60))) if at in shared else 0 for at in range(len(table.columns))
    ]


def _width(text: str) -> int:
    return max((sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in line) for line in text.splitlines()),
               default=0)  # fmt: skip


def _breakable(text: str) -> str:
    """Words that are longer than a column may be broken anywhere."""
    return _LONG_WORD.sub(lambda found: "\u200b".join(_pieces(found[0])), text)


def _pieces(word: str) -> list[str]:
    return [word[at : at + _PIECE] for at in range(0, len(word), _PIECE)]
