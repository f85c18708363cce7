"""Names of files as people may keep them: of one part, without what harms a header, a folder or a reader's eye.

A name is shown and offered for saving; nothing on the server is ever stored under it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MOST_CHARACTERS: Final = 150
MOST_BYTES: Final = 240
LONGEST_EXTENSION: Final = 10
NAMELESS: Final = "file"
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_ILLEGAL: Final = re.compile(r'[<>:"|?*]')


def clean_name(given: str) -> str:
    """The last part of a name as a browser sends it, whatever it sends."""
    text = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    text = "".join(" " if one.isspace() else one for one in text if one.isspace() or not _is_unseen(one))
    text = " ".join(_ILLEGAL.sub("_", text).split()).strip(" .")
    stem, extension = split(text)
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return _cut(stem or NAMELESS, extension)


def fitting_name(name: str, extensions: Sequence[str]) -> str:
    """The name with an extension that tells what the content is: `photo.exe` of a picture is `photo.exe.png`."""
    stem, extension = split(name)
    if extension.lower() in extensions or not extensions:
        return name
    return _cut(f"{stem}.{extension}" if extension else stem, extensions[0])


def split(name: str) -> tuple[str, str]:
    """Stem and extension; no extension where what follows the last dot is none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not extension.isalnum() or len(extension) > LONGEST_EXTENSION:
        return name, ""
    return stem, extension


def _is_unseen(character: str) -> bool:
    """Controls, marks that turn the writing direction, half characters: they make a name look like another."""
    return unicodedata.category(character).startswith("C")


def _cut(stem: str, extension: str) -> str:
    end = f".{extension}" if extension else ""
    stem = stem[: MOST_CHARACTERS - len(end)]
    while len(f"{stem}{end}".encode()) > MOST_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{end}"
