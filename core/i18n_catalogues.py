"""Keeps the catalogues of a package in step with its sentences: what is missing, merging, compiling.

A package owns the catalogue of its name: ``locale/<language>/LC_MESSAGES/<domain>.po``. The files carry no
dates and no line numbers and are sorted: two people's changes meet only where they changed the same sentence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from core.i18n_extract import sentences

LANGUAGES = ("zh_CN",)
"""The languages that must be complete; English is the language of the source."""

PLACEHOLDER = re.compile(r"\$?\{\w+\}")

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms};\\n"

"""

Key = tuple[str | None, str]


def catalogue_path(package: Path, language: str) -> Path:
    return package / "locale" / language / "LC_MESSAGES" / f"{package.name}.po"


def read(path: Path, language: str) -> Catalog:
    """The catalogue of the file, empty when there is none. Raises ValueError when it cannot be parsed."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        try:
            return read_po(file, locale=language, domain=path.stem, abort_invalid=True)
        except PoFileError as error:
            raise ValueError(f"{path}: {error}") from error


def problems(
    package: Path, shared: Iterable[Path] = (), languages: Iterable[str] = LANGUAGES
) -> Iterator[str]:
    """What a reader of a language would miss in the package, one line each; nothing when all is well.

    `shared` are packages whose translations hold here too: at run time the kernel's catalogue comes after the
    addon's.
    """
    try:
        wanted = by_key(sentences(package))
    except ValueError as error:
        yield str(error)
        return
    for language in languages:
        path = catalogue_path(package, language)
        try:
            given = by_key(read(path, language))
            others = [by_key(read(catalogue_path(other, language), language)) for other in shared]
        except ValueError as error:
            yield str(error)
            continue
        inherited = {key for other in others for key, message in other.items() if complete(message)}
        for key, message in wanted.items():
            fault = fault_of(given[key]) if key in given else None if key in inherited else "missing"
            if fault:
                place = message.locations[0]
                yield f"{path}: {fault}: {key[1]!r} ({package.name}/{place[0]}:{place[1]})"
        for _context, text in given.keys() - wanted.keys():
            yield f"{path}: obsolete: {text!r}"


def by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(message.context, source(message)): message for message in catalogue if message.id}


def source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def complete(message: Message) -> bool:
    return not message.fuzzy and all(forms(message))


def fault_of(message: Message) -> str | None:
    if message.fuzzy:
        return "fuzzy"
    if not all(forms(message)):
        return "empty"
    ids = (message.id,) if isinstance(message.id, str) else message.id
    wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
    given = {name for text in forms(message) for name in PLACEHOLDER.findall(text)}
    if (isinstance(message.id, str) and wanted != given) or given - wanted:
        return f"other placeholders ({', '.join(sorted(wanted ^ given))})"
    return None


def update(package: Path, languages: Iterable[str] = LANGUAGES) -> list[Path]:
    """Add new sentences with an empty translation, drop unused ones; returns the files that changed."""
    wanted = sentences(package)
    changed = []
    for language in languages:
        path = catalogue_path(package, language)
        catalogue = read(path, language)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        text = rendered(catalogue, language)
        if len(catalogue) and (not path.exists() or path.read_text(encoding="utf-8") != text):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def rendered(catalogue: Catalog, language: str) -> str:
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, no_location=True, omit_header=True, sort_output=True)
    header = HEADER.format(language=language, plural_forms=catalogue.plural_forms)
    return header + buffer.getvalue().decode("utf-8")


def compile_catalogues(package: Path) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` that is newer, whole or not at all."""
    written = []
    for path in sorted((package / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        scratch = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        with scratch.open("wb") as file:
            write_mo(file, read(path, path.parents[1].name))
        scratch.replace(compiled)
        written.append(compiled)
    return written
