"""Catalogues of translations: one domain per addon, found where the addon lies.

A text is looked up in its addon's catalogue, then in the kernel's, and is otherwise shown as written in the
source. A checkout works without a compile step: where the ``.mo`` file is missing or older than its ``.po``,
the ``.po`` is compiled in memory.
"""

from __future__ import annotations

import io
import threading
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

CORE_DOMAIN: Final = "core"

_lock = threading.RLock()
_folders: dict[str, Path] = {CORE_DOMAIN: Path(__file__).resolve().parent.parent / "locale"}
_packages: dict[str, str] = {}
_chains: dict[tuple[str, str], NullTranslations] = {}


def register_domain(name: str, locale_dir: str | Path, *, package: str | None = None) -> None:
    """Make the catalogues under `locale_dir` those of the addon `name`; the loader calls this once per addon.

    `package` is the addon's import name where it differs from the addon's name, as third parties may choose.
    Registering again, as after an upgrade in a test, forgets what was loaded before.
    """
    with _lock:
        _folders[name] = Path(locale_dir)
        if package is not None and package != name:
            _packages[package] = name
        _chains.clear()


def forget_domain(name: str) -> None:
    """Undo `register_domain`: texts of that addon show their source again."""
    with _lock:
        _folders.pop(name, None)
        for package in [package for package, domain in _packages.items() if domain == name]:
            del _packages[package]
        _chains.clear()


def lookup(
    domain: str,
    language: str,
    message: str,
    *,
    context: str | None = None,
    plural: str | None = None,
    n: int = 1,
) -> str:
    """The translation of `message`, or `message` itself; an unreadable catalogue counts as empty."""
    if not message:
        return ""
    chain = _chains.get((domain, language)) or _load_chain(domain, language)
    if plural is not None:
        return chain.npgettext(context, message, plural, n) if context else chain.ngettext(message, plural, n)
    return chain.pgettext(context, message) if context else chain.gettext(message)


def catalogue_problems() -> list[str]:
    """What is wrong with the registered catalogues, for the administrator's check-up; empty when fine."""
    problems = []
    for domain, folder in sorted(_folders.items()):
        for language in sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/*.?o")):
            try:
                _read(domain, folder, language)
            except (OSError, ValueError) as error:
                problems.append(f"{domain} ({language}): {error}")
    return problems


def _load_chain(domain: str, language: str) -> NullTranslations:
    with _lock:
        key = (domain, language)
        if key not in _chains:
            own = _load(_packages.get(domain, domain), language)
            if domain != CORE_DOMAIN:
                own.add_fallback(_load_chain(CORE_DOMAIN, language))
            _chains[key] = own
        return _chains[key]


def _load(domain: str, language: str) -> NullTranslations:
    folder = _folders.get(domain)
    if folder is None:
        return NullTranslations()
    try:
        return _read(domain, folder, language) or NullTranslations()
    except (OSError, ValueError):
        return NullTranslations()


def _read(domain: str, folder: Path, language: str) -> GNUTranslations | None:
    source = folder / language / "LC_MESSAGES" / f"{domain}.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and not (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime):
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    if not source.exists():
        return None
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=domain, abort_invalid=True)
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return GNUTranslations(buffer)
