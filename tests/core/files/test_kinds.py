"""What a file is, by its content; polyglots are what they begin as, and what is on no list is not taken."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.files.kinds import kind_of, opens


def media(content: bytes) -> str | None:
    found = kind_of(io.BytesIO(content))
    return None if found is None else found[1]


def archive(*names: str) -> bytes:
    """Always the same bytes: they name tests, and all workers must collect the same ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), b"x" * 100)
    return out.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, "image/jpeg"),
        (b"GIF89a" + b"\0" * 20, "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "image/heic"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 20, "video/mp4"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20, "application/x-ole-storage"),
        (archive("a.txt"), "application/zip"),
        (archive("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("docProps/app.xml", "xl/workbook.xml"),
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("客户；金额\n张三；1".encode(), "text/plain;charset=utf-8"),
        ("客户；金额\n张三；1".encode("gbk"), "text/plain;charset=gb18030"),
        ("客户".encode("utf-16"), "text/plain;charset=utf-16"),
        ("字".encode() * 40_000, "text/plain;charset=utf-8"),
        (b"a < b, b > c <3", "text/plain;charset=utf-8"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"hello <script>alert(1)</script>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><SVG/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
    ],
)  # fmt: skip
def test_the_content_decides(content: bytes, expected: str) -> None:
    assert media(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\x03\0\0\0" + b"\0" * 100,
        b"\x7fELF\x02\x01\x01\0" + b"\0" * 100,
        b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 100,
        b"\xcf\xfa\xed\xfe\x07\0\0\x01" + b"\0" * 100,
        b"L\0\0\0\x01\x14\x02\0" + b"\0" * 100,
        b"RIFF\0\0\0\0ACONanih",
        bytes(range(256)) * 4,
        b"text, then\0binary",
    ],
)
def test_what_is_on_no_list_is_not_taken(content: bytes) -> None:
    assert media(content) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"GIF89a/*<svg onload=alert(1)>*/=1;<script>alert(1)</script>", "image/gif"),
        (b"%PDF-1.4\n<html><script>alert(1)</script></html>", "application/pdf"),
        (PNG + archive("word/document.xml"), "image/png"),
        (b"<html><script>alert(1)</script>%PDF-1.4", "text/html"),
    ],
)
def test_a_polyglot_is_what_it_begins_as(content: bytes, expected: str) -> None:
    assert media(content) == expected


def test_only_what_is_harmless_is_shown() -> None:
    assert [opens(one) for one in ("image/png", "application/pdf", "text/plain;charset=utf-8")] == [
        "image", "pdf", "text",
    ]  # fmt: skip
    for one in (
        "image/svg+xml",
        "text/html",
        "application/xml",
        "application/zip",
        "image/heic",
        "",
        "text/html;x",
    ):
        assert opens(one) is None


def test_a_stream_stands_at_its_beginning_again() -> None:
    stream = io.BytesIO(archive("a.txt"))
    kind_of(stream)
    assert stream.tell() == 0
