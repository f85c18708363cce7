"""What a file is, told by its content alone. Only kinds on this list are taken.

Neither the name nor what the browser says decides. A file that is two things at once is what it begins as, is given
out as that and nothing else, and its name gets an extension to match.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, Literal

HEAD: Final = 64 << 10
TAIL: Final = 64 << 10
Opens = Literal["image", "pdf", "text"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of file. `opens` says as what a browser may show it; without, it is only ever downloaded."""

    media: str
    extensions: tuple[str, ...]
    opens: Opens | None = None


PNG: Final = Kind("image/png", ("png",), "image")
JPEG: Final = Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "image")
GIF: Final = Kind("image/gif", ("gif",), "image")
WEBP: Final = Kind("image/webp", ("webp",), "image")
PDF: Final = Kind("application/pdf", ("pdf",), "pdf")
TEXT: Final = Kind(
    "text/plain",
    ("txt", "csv", "tsv", "md", "log", "json", "ics", "vcf", "eml", "yaml", "yml", "toml", "ini"),
    "text",
)
HTML: Final = Kind("text/html", ("html", "htm", "xhtml", "mht", "mhtml"))
SVG: Final = Kind("image/svg+xml", ("svg",))
XML: Final = Kind("application/xml", ("xml", "xsd", "gpx", "kml"))
ZIP: Final = Kind("application/zip", ("zip",))
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ODF: Final = "application/vnd.oasis.opendocument"
DOCX: Final = Kind(f"{_OFFICE}.wordprocessingml.document", ("docx", "docm", "dotx"))
XLSX: Final = Kind(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx", "xlsm", "xlsb", "xltx"))
PPTX: Final = Kind(f"{_OFFICE}.presentationml.presentation", ("pptx", "pptm", "ppsx", "potx"))
ODT: Final = Kind(f"{_ODF}.text", ("odt",))
ODS: Final = Kind(f"{_ODF}.spreadsheet", ("ods",))
ODP: Final = Kind(f"{_ODF}.presentation", ("odp",))
OFD: Final = Kind("application/ofd", ("ofd",))
OLE: Final = Kind(
    "application/x-ole-storage", ("doc", "xls", "ppt", "msg", "wps", "et", "dps", "vsd", "mpp", "pps")
)
HEIC: Final = Kind("image/heic", ("heic", "heif"))
MP4: Final = Kind("video/mp4", ("mp4", "m4v", "mov", "m4a", "3gp"))

_BEGINNINGS: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"II*\0", Kind("image/tiff", ("tif", "tiff"))),
    (b"MM\0*", Kind("image/tiff", ("tif", "tiff"))),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"7z\xbc\xaf\x27\x1c", Kind("application/x-7z-compressed", ("7z",))),
    (b"Rar!\x1a\x07", Kind("application/vnd.rar", ("rar",))),
    (b"\x1f\x8b\x08", Kind("application/gzip", ("gz", "tgz"))),
    (b"{\\rtf", Kind("application/rtf", ("rtf",))),
    (b"AC10", Kind("image/vnd.dwg", ("dwg",))),
    (b"ID3", Kind("audio/mpeg", ("mp3",))),
    (b"\xff\xfb", Kind("audio/mpeg", ("mp3",))),
    (b"#!AMR", Kind("audio/amr", ("amr",))),
    (b"OggS", Kind("audio/ogg", ("ogg", "oga", "opus", "ogv"))),
    (b"\x1a\x45\xdf\xa3", Kind("video/webm", ("webm", "mkv"))),
)  # fmt: skip
_BY_CHUNK: Final = {
    b"WEBP": WEBP,
    b"WAVE": Kind("audio/wav", ("wav",)),
    b"AVI ": Kind("video/x-msvideo", ("avi",)),
}
_BRANDS_OF_PICTURES: Final = frozenset({b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"})
_ENTRY: Final = re.compile(rb"PK\x01\x02.{42}(word/|xl/|ppt/|OFD\.xml)", re.DOTALL)
_BY_ENTRY: Final = {b"word/": DOCX, b"xl/": XLSX, b"ppt/": PPTX, b"OFD.xml": OFD}
_BY_MIMETYPE: Final = {kind.media.encode(): kind for kind in (ODT, ODS, ODP)}
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP: Final = re.compile(
    r"<(!doctype\s|(html|head|body|script|iframe|object|embed|form|meta|link|base|img|a|div|table|style|svg)[\s/>])",
    re.IGNORECASE,
)
_LOOKED_AT: Final = 4096


def kind_of(stream: IO[bytes]) -> tuple[Kind, str] | None:
    """Kind and media type of a content, None where it is on no list. The stream stands at its beginning afterwards."""
    stream.seek(0)
    head = stream.read(HEAD)
    try:
        found = _by_beginning(head, lambda: _tail(stream))
    finally:
        stream.seek(0)
    if found is not None:
        return found, found.media
    return _as_text(head)


def opens(media: str) -> Opens | None:
    """As what a browser may show a stored media type."""
    return _OPENED.get(media.partition(";")[0])


_OPENED: Final = {kind.media: kind.opens for kind in (PNG, JPEG, GIF, WEBP, PDF, TEXT)}


def _tail(stream: IO[bytes]) -> bytes:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - TAIL))
    return stream.read(TAIL)


def _by_beginning(head: bytes, tail: Callable[[], bytes]) -> Kind | None:
    for magic, kind in _BEGINNINGS:
        if head.startswith(magic):
            return kind
    if head.startswith((b"RIFF", b"RIFX")):
        return _BY_CHUNK.get(head[8:12])
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in _BRANDS_OF_PICTURES else MP4
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(head, tail())
    return None


def _of_zip(head: bytes, tail: bytes) -> Kind:
    """Office documents are archives; the names in their directory tell which. Nothing is unpacked."""
    if head[30:38] == b"mimetype":
        given = next((kind for media, kind in _BY_MIMETYPE.items() if head[38:].startswith(media)), None)
        if given is not None:
            return given
    entry = _ENTRY.search(tail)
    return _BY_ENTRY[entry[1]] if entry is not None else ZIP


def _as_text(head: bytes) -> tuple[Kind, str] | None:
    """Text that people read, with its character set; markup that a browser would run is told from it."""
    for charset in _charsets(head):
        try:
            text = codecs.getincrementaldecoder(charset)().decode(head, final=len(head) < HEAD)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.search(text):
            return None
        kind = _of_markup(text[:_LOOKED_AT])
        return kind, f"{kind.media};charset={charset}" if kind is TEXT else kind.media
    return None


def _charsets(head: bytes) -> tuple[str, ...]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8", "gb18030")


def _of_markup(text: str) -> Kind:
    small = text.lower()
    if "<svg" in small:
        return SVG
    if small.lstrip("\ufeff \t\r\n").startswith("<?xml") and "<html" not in small:
        return XML
    return HTML if _MARKUP.search(text) else TEXT
