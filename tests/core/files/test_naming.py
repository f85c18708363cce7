"""Names that people give, and names that attackers give."""

from __future__ import annotations

import pytest

from core.files.naming import MOST_BYTES, MOST_CHARACTERS, clean_name, fitting_name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("offer.pdf", "offer.pdf"),
        ("报价单 2026.pdf", "报价单 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("..\\..\\", "file"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("a.txt.", "a.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("a\0b.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("  spaced   out .pdf", "spaced out.pdf"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("𠮷野家.txt", "𠮷野家.txt"),
    ],
)
def test_clean(given: str, expected: str) -> None:
    assert clean_name(given) == expected


@pytest.mark.parametrize("letter", ["a", "字", "𠮷"])
def test_long_names_are_cut_and_keep_their_extension(letter: str) -> None:
    name = clean_name(letter * 300 + ".pdf")
    assert name.endswith(f"{letter}.pdf")
    assert len(name) <= MOST_CHARACTERS
    assert len(name.encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    ("name", "extensions", "expected"),
    [
        ("photo.JPG", ("jpg", "jpeg"), "photo.JPG"),
        ("photo.exe", ("png",), "photo.exe.png"),
        ("run.bat", ("txt", "csv"), "run.bat.txt"),
        ("README", ("txt",), "README.txt"),
        ("a.b c", ("txt",), "a.b c.txt"),
    ],
)
def test_the_extension_tells_the_content(name: str, extensions: tuple[str, ...], expected: str) -> None:
    assert fitting_name(name, extensions) == expected
