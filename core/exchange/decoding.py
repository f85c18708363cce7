"""In which encoding a text file was written, by evidence: what decodes without an error and reads like text.

Nothing is guessed from statistics of languages. A byte order mark decides. Without one, NUL bytes mean UTF-16; what
is strict UTF-8 is UTF-8; what is strict GB18030 (which contains GBK and GB2312) is taken only if its characters are
the usual ones, because almost any bytes *decode* as GB18030. Where two readings remain, `Undecided` asks.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from core.exchange.errors import FileRefused, Undecided
from core.i18n import _

BLOCK: Final = 1 << 18
SAMPLE: Final = 1 << 20
"""How much is looked at where characters are weighed; whether a file decodes is always checked to its end."""

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_TWO_BYTES: Final = re.compile(rb"[\x80-\xff]+")
_USUAL: Final = re.compile(rb"(?:[\xa1-\xa3][\xa1-\xfe]|[\xb0-\xd7][\xa1-\xfe])")
"""Of GB2312: punctuation, full-width letters, and the 3755 characters of the first level, in order of use."""


def encoding_of(path: Path, asked: str | None = None) -> str:
    """The encoding to open `path` with. Raises `Undecided`, or `FileRefused` for what is no text.

    `asked` is what the user says it is; it is believed only if the whole file decodes by it.
    """
    if asked is not None:
        return _as_asked(path, asked)
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), None)
    if marked is not None:
        return _only(path, [marked])
    if b"\0" in head:
        return _only(path, _utf16(path, head))
    if _decodes(path, "utf-8"):
        if _may_be_chinese(head) and _decodes(path, "gb18030"):
            raise _undecided(path, "utf-8", "gb18030")
        return "utf-8"
    if _reads_like_chinese(head) and _decodes(path, "gb18030"):
        return "gb18030"
    raise _undecided(path, "gb18030", "big5", "cp1252")


def _as_asked(path: Path, asked: str) -> str:
    try:
        name = codecs.lookup(asked).name
        "".encode(name)
    except (LookupError, UnicodeError):
        raise FileRefused(path.name, _("there is no encoding named {name}.", name=asked[:40])) from None
    if name == "utf-8":
        name = "utf-8-sig"
    if not _decodes(path, name):
        raise FileRefused(path.name, _("the file is not in the encoding {name}.", name=asked))
    return name


def _only(path: Path, candidates: list[str]) -> str:
    for name in candidates:
        if _decodes(path, name):
            return name
    raise FileRefused(path.name, _("this is not a text file, or it is damaged."))


def _undecided(path: Path, *candidates: str) -> Undecided:
    names = list(candidates)
    return Undecided(
        path.name,
        _(
            "the encoding cannot be told for certain. Please name it, such as --encoding {names}.",
            names=" / ".join(names),
        ),
    )


def _utf16(path: Path, head: bytes) -> list[str]:
    """The byte order by which the bytes are letters, digits and line ends; the other one gives a mixture of scripts."""
    shares = {name: _share_of_letters(head.decode(name, "replace")) for name in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < 0.95:
        raise FileRefused(path.name, _("this is not a text file, or it is damaged."))
    if min(shares.values()) >= 0.95:
        raise _undecided(path, "utf-16-le", "utf-16-be")
    return [best]


_LETTERS: Final = re.compile("[\t\n\r -~\u00a0-\u052f\u2010-\u2027\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]")


def _share_of_letters(text: str) -> float:
    """Line ends and separators are ASCII in every table: without any of them it is none."""
    plain = sum(1 for letter in text if letter in "\n\r\t,;|")
    return len(_LETTERS.findall(text)) / len(text) if plain else 0.0


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file decodes without an error, and to text: no control characters but those of lines."""
    try:
        with path.open("rb") as stream:
            return all(_FORBIDDEN.search(text) is None for text in _texts(stream, encoding))
    except UnicodeError:
        return False


_FORBIDDEN: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


def _texts(stream: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    while block := stream.read(BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _may_be_chinese(head: bytes) -> bool:
    """UTF-8 that could as well be GBK: nothing but two-byte pairs of usual Chinese characters, not inside of words.

    UTF-8 writes Chinese with three bytes, so this is short text in Latin, Greek or Cyrillic letters, or GBK by chance.
    """
    runs = list(_TWO_BYTES.finditer(head))
    if not runs:
        return False
    for found in runs:
        before, after = head[found.start() - 1 : found.start()], head[found.end() : found.end() + 1]
        if before.isalpha() or after.isalpha() or _USUAL.sub(b"", found[0]):
            return False
        if any(ord(letter) >= 0x800 for letter in found[0].decode("utf-8", "ignore")):
            return False
    return True


def _reads_like_chinese(head: bytes) -> bool:
    """Most characters are usual ones. Latin-1 or Big5 read as GB18030 are full of rare ones."""
    text = head.decode("gb18030", "ignore")
    beyond = [letter for letter in text if ord(letter) >= 0x80]
    usual = sum(1 for letter in beyond if _is_usual(letter))
    return usual >= 0.7 * len(beyond)


def _is_usual(letter: str) -> bool:
    try:
        return _USUAL.fullmatch(letter.encode("gb2312")) is not None
    except UnicodeEncodeError:
        return len(letter.encode("gb18030", "replace")) == 4
