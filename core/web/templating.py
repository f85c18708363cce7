"""Chameleon, wired to our languages: a template is found in its addon, and speaks with its addon's catalogue.

`list.pt` is the kernel's, `crm_leads:funnel.pt` lies in `addons/crm_leads/templates`. Every value is escaped; a lazy
text is put into the reader's language first, then escaped, so that what people typed stays inert in messages too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from chameleon import PageTemplate, PageTemplateFile
from chameleon.loader import MemoryLoader, ModuleLoader

import core
from core.errors import AddonError
from core.i18n import CORE_DOMAIN, LazyString, Translator, _, current_language, lookup, translator

FOLDER: Final = Path(__file__).resolve().parent / "templates"
BOOLEAN_ATTRIBUTES: Final = frozenset(
    (
        "allowfullscreen", "async", "autofocus", "checked", "default", "defer", "disabled", "formnovalidate", "hidden",
        "inert", "ismap", "itemscope", "loop", "multiple", "muted", "novalidate", "open", "readonly", "required",
        "reversed", "selected",
    )
)  # fmt: skip
_COMPILER: Final = f"Chameleon {version('Chameleon')}, Keyuan {core.__version__}"
_NAMED: Final = re.compile(r"\$\{([A-Za-z][A-Za-z0-9_-]*)\}")


class Names(dict[str, Any]):
    """The names that a template knows. A page asks for a name some thousand times and hands them on to thirty macros,
    which Chameleon's own scope answers in Python, for the sake of names that a macro gives to the whole page: no
    template of ours does.
    """

    __slots__ = ()
    get_name = dict.__getitem__

    def copy(self) -> Names:
        return Names(self)


class _Ours:
    """What all our templates do otherwise than Chameleon's."""

    _render: Callable[..., None]

    def digest(self, body: str, names: Collection[str]) -> str:
        """What a compiled template is known by: its text, its place, and what compiles it. Chameleon's own way reads
        the metadata of every installed package, at each start.
        """
        parts = (_COMPILER, str(self.filename), ";".join(names), body)  # type: ignore[attr-defined]
        return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]

    def cook(self, body: str) -> None:
        """Compile the template; whoever renders it hands over its names as `Names`."""
        super().cook(body)  # type: ignore[misc]
        compiled: Callable[..., None] = self._render

        def render(stream: list[str], names: Mapping[str, Any], *rest: Any, **more: Any) -> None:
            compiled(stream, names if type(names) is Names else Names(names), *rest, **more)

        self._render = render


class Snippet(_Ours, PageTemplate):
    """A template in our own source."""


class _File(_Ours, PageTemplateFile):
    """A template file."""


class TemplateMissing(LookupError):
    """A page names a template that does not exist: a fault of the addon, named with its place."""


class Templates:
    """All templates of the installed addons, compiled at first use and kept for the life of the process.

    Compiling takes seconds. With a `cache`, a folder that nobody else may write to, it is done once for each text of a
    template and each version of the compiler, not at each start.
    """

    def __init__(
        self, folders: Mapping[str, Path] | None = None, *, reload: bool = False, cache: Path | None = None
    ) -> None:
        self.folders: dict[str, Path] = {CORE_DOMAIN: FOLDER, **(folders or {})}
        self.reload = reload
        self._loader = ModuleLoader(str(cache)) if cache is not None else MemoryLoader()
        self._compiled: dict[str, Template] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Template:
        found = self._compiled.get(name)
        return found if found is not None else self._load(name)

    def _load(self, name: str) -> Template:
        domain, colon, filename = name.rpartition(":")
        domain = domain if colon else CORE_DOMAIN
        folder = self.folders.get(domain)
        path = folder / filename if folder else None
        if path is None or not path.is_file():
            raise TemplateMissing(f"there is no template {name!r}" + (f" ({path})" if path else ""))
        with self._lock:
            if name not in self._compiled:
                self._compiled[name] = Template(domain, path, self.reload, self._loader)
            return self._compiled[name]

    def compile_all(self) -> int:
        """Compile every template, so that the first visitor does not wait for it; returns how many.

        Raises an `AddonError` for one that cannot be compiled.
        """
        names = [
            path.name if domain == CORE_DOMAIN else f"{domain}:{path.name}"
            for domain, folder in self.folders.items()
            for path in sorted(folder.glob("*.pt"))
        ]
        for name in names:
            try:
                self[name].file.cook_check()
            except Exception as problem:
                text = _("The template {name} cannot be compiled: {reason}", name=name, reason=str(problem))
                raise AddonError(text, addon=self[name].domain) from problem
        return len(names)


class Template:
    """One template file with the catalogue of its addon."""

    def __init__(self, domain: str, path: Path, reload: bool, loader: ModuleLoader | MemoryLoader) -> None:
        self.domain = domain
        self.translator: Translator = translator(domain)
        self.file = _File(
            str(path),
            auto_reload=reload,
            boolean_attributes=BOOLEAN_ATTRIBUTES,
            restricted_namespace=False,
            translate=self._translate,
            trim_attribute_space=True,
            value_repr=lambda value: f"<{type(value).__name__}>",  # no values of people in the log
        )
        self.file.loader = loader

    def render(self, values: Mapping[str, Any]) -> str:
        return str(self.file.render(**{"_": self.translator, **values}))

    def _translate(
        self,
        msgid: Any,
        domain: str | None = None,
        mapping: Mapping[str, str] | None = None,
        context: str | None = None,
        target_language: str | None = None,
        default: str | None = None,
    ) -> str:
        """What Chameleon calls for `i18n:translate`, and for every inserted value that is no string."""
        if isinstance(msgid, LazyString):
            return str(msgid)
        if not isinstance(msgid, str) or default is None:
            return str(msgid)
        text = lookup(domain or self.domain, target_language or current_language(), msgid, context=context)
        if not mapping:
            return text
        return _NAMED.sub(lambda found: mapping.get(found[1], found[0]), text)
