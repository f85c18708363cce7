"""The encoding is found by evidence, or asked for; text is never garbled."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from core.exchange.decoding import encoding_of
from core.exchange.errors import FileRefused, Undecided

CHINESE = "客户,行业,地址\r\n海尔集团,家电,青岛市崂山区\r\n思迅软件,软件和互联网,深圳\r\n"
RARE = "客户,联系人\n联想集团,𠮷野家先生\n清华大学,朱镕基\n"
WESTERN = "customer,city\nMüller GmbH,Köln\nJosé Álvarez,Málaga\n"


def file(folder: Path, data: bytes) -> Path:
    path = folder / "rows.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("text", [CHINESE, RARE, WESTERN, "a,b\n1,2\n", "x\nЯндекс\n", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_mark(tmp_path: Path, text: str, encoding: str) -> None:
    if not text and encoding in ("utf-16-le", "utf-16-be", "utf-8"):
        text = "a\n"
    path = file(tmp_path, text.encode(encoding))
    assert path.read_text(encoding_of(path)).replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_big_endian_with_mark(tmp_path: Path) -> None:
    path = file(tmp_path, codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"))
    assert path.read_text(encoding_of(path)).startswith("客户")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "gb2312"])
def test_chinese_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, CHINESE.encode(encoding))
    assert encoding_of(path) == "gb18030"
    assert "青岛市崂山区" in path.read_text("gb18030")


def test_rare_characters_of_gb18030(tmp_path: Path) -> None:
    path = file(tmp_path, RARE.encode("gb18030"))
    assert "𠮷野家" in path.read_text(encoding_of(path))


@pytest.mark.parametrize(
    "data",
    [
        WESTERN.encode("latin-1"),
        "naïve,Größe,über\nMüller,Straße,Ärger\n".encode("cp1252"),
        "客戶,行業\n海爾集團,家電產業\n".encode("big5"),
        "顧客,住所\n株式会社日立,東京\n".encode("shift-jis"),
    ],
)
def test_what_is_neither_utf8_nor_plain_chinese_is_asked_for(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Undecided, match="--encoding"):
        encoding_of(file(tmp_path, data))


def test_bytes_that_read_well_both_ways_are_asked_for(tmp_path: Path) -> None:
    both = "ø,ö\n".encode()
    assert both.decode("gbk")
    with pytest.raises(Undecided, match="utf-8 / gb18030"):
        encoding_of(file(tmp_path, both))


@pytest.mark.parametrize("word", ["José", "Ålesund", "Привет", "Ελλάς", "naïve café"])
def test_short_words_in_utf8_are_not_asked_for(tmp_path: Path, word: str) -> None:
    assert encoding_of(file(tmp_path, f"name\n{word}\n".encode())) == "utf-8"


def test_what_was_asked_for_is_believed_only_if_it_is_true(tmp_path: Path) -> None:
    path = file(tmp_path, CHINESE.encode("gbk"))
    assert encoding_of(path, "GBK") == "gbk"
    with pytest.raises(FileRefused, match="not in the encoding utf-8"):
        encoding_of(path, "utf-8")
    with pytest.raises(FileRefused, match="no encoding named klingon"):
        encoding_of(path, "klingon")
    with pytest.raises(FileRefused, match="no encoding named base64"):
        encoding_of(path, "base64")


def test_damage_far_behind_the_beginning_is_found(tmp_path: Path) -> None:
    good = ("客户\n" * 400_000).encode()
    assert encoding_of(file(tmp_path, good)) == "utf-8"
    with pytest.raises(Undecided):
        encoding_of(file(tmp_path, good + b"\xff\xfe\xff\n"))


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\x00\x01\x02\x03" * 500, b"%PDF-1.7\n\x00\x80\xff" * 50]
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FileRefused):
        encoding_of(file(tmp_path, data))
