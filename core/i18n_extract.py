"""Finds the translatable sentences of a package: Babel's Python extractor, and one for Chameleon.

In Python these are ``_("…")``, ``_n("one", "many", count)`` and ``_p("context", "…")``; in templates
``i18n:translate`` (with ``i18n:name``), ``i18n:attributes``, and the same calls in ``${…}`` and ``tal:``. People who
ask why they may do something are shown the first line of the docstring of the condition that decides it, a function of
``env`` that returns ``Where``; outside of ``views`` these lines are sentences too.
Only Babel is needed, no other part of Keyuan: the build and the tests of addons use it as well.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python

KEYWORDS: dict[str, Any] = {"_": None, "_n": (1, 2), "_p": ((1, "c"), 2)}
"""The functions of core.i18n and which of their arguments are text."""

INTERPOLATION = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")
CALL = re.compile(r"\b(?:_|_n|_p)\(")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_OURS = {"tests", "node_modules", "vendor", "__pycache__", "template"}

Found = tuple[int, str, Any, list[str]]


def sentences(package: Path) -> Catalog:
    """Every sentence of the package's Python files and templates, tests and other people's files left out.

    Raises ValueError, naming file and line, for what cannot be translated at run time.
    """
    catalogue = Catalog()
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.pt"))):
        place = path.relative_to(package)
        if NOT_OURS.intersection(place.parts):
            continue
        method: Any = "python" if path.suffix == ".py" else extract_chameleon
        with path.open("rb") as file:
            try:
                for line, message, comments, context in extract(method, file, KEYWORDS):
                    places = [(place.as_posix(), line)]
                    catalogue.add(message, locations=places, auto_comments=comments, context=context)
                if path.suffix == ".py" and "views" not in place.parts:
                    file.seek(0)
                    for line, message in conditions(file.read()):
                        catalogue.add(message, locations=[(place.as_posix(), line)])
            except (SyntaxError, ValueError) as error:
                raise ValueError(f"{package.name}/{place}: {error}") from error
    return catalogue


def conditions(source: bytes) -> Iterator[tuple[int, str]]:
    """Line number and first line of the docstring of each function of a module that makes a ``Where`` of ``env``, or of
    ``env`` and ``model``.
    """
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef) or getattr(node.returns, "id", None) != "Where":
            continue
        text = (ast.get_docstring(node) or "").partition("\n")[0]
        given = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
        if text and given in (["env"], ["env", "model"]):
            yield node.lineno, text


def extract_chameleon(
    fileobj: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: dict[str, Any]
) -> Iterator[Found]:
    """The extractor named ``chameleon`` for Babel."""
    template = Template()
    template.feed(fileobj.read().decode("utf-8"))
    template.close()
    return iter(template.found)


def qualified(tag: str, attribute: str) -> str:
    """In ``<tal:block repeat="…">`` the attribute means ``tal:repeat``."""
    prefix = tag.partition(":")[0]
    return (
        f"{prefix}:{attribute}"
        if prefix in {"tal", "metal", "i18n"} and prefix != tag and ":" not in attribute
        else attribute
    )


class Element:
    """An open tag; `gathered` is the text of a translated one, with ``${name}`` where i18n:name stands."""

    def __init__(self, tag: str, name: str | None, line: int, gathered: list[str] | None) -> None:
        self.tag, self.name, self.line, self.gathered = tag, name, line, gathered


class Template(HTMLParser):
    """Collects the messages of one template under the keys that Chameleon will ask for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Found] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]], closed: bool = False) -> None:
        given = {qualified(tag, name): value or "" for name, value in attrs}
        line = self.getpos()[0]
        self.attributes(given, line)
        name = given.get("i18n:name")
        self.text(f"${{{name}}}" if name else self.get_starttag_text() or "")
        msgid = given.get("i18n:translate")
        if msgid:
            self.found.append((line, "_", msgid, []))
        if not closed and tag not in VOID:
            gathers = msgid == "" and not {"tal:content", "tal:replace"} & set(given)
            self.open.append(Element(tag, name, line, [] if gathers else None))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs, closed=True)

    def handle_endtag(self, tag: str) -> None:
        if not any(element.tag == tag for element in self.open):
            return
        while self.open:
            element = self.open.pop()
            if element.gathered is not None:
                self.gathered(element)
            if element.tag == tag:
                if not element.name:
                    self.text(f"</{tag}>")
                return

    def gathered(self, element: Element) -> None:
        message = " ".join("".join(element.gathered or ()).split())
        if message:
            self.found.append((element.line, "_", message, []))

    def attributes(self, given: dict[str, str], line: int) -> None:
        for spec in filter(None, map(str.strip, given.get("i18n:attributes", "").split(";"))):
            attribute, _, msgid = spec.partition(" ")
            message = msgid.strip() or given.get(attribute.lower(), "").strip()
            if "${" in message:
                raise ValueError(f"line {line}: ${{…}} in a translated attribute; write ${{_('…')}} instead")
            if message:
                self.found.append((line, "_", message, []))
        for name, value in given.items():
            if name.startswith(("tal:", "metal:")):
                self.python(value, line)
            else:
                self.interpolations(value, line)

    def interpolations(self, text: str, line: int) -> None:
        for match in INTERPOLATION.finditer(text):
            self.python(html.unescape(match[1]), line + text.count("\n", 0, match.start()))

    def python(self, source: str, line: int) -> None:
        if CALL.search(source):
            calls: Any = extract_python(BytesIO(source.encode()), KEYWORDS, (), {})
            for offset, function, messages, comments in calls:
                self.found.append((line + offset - 1, function, messages, comments))

    def text(self, text: str) -> None:
        """Add to the nearest translated element, unless an element with its own name lies between."""
        for element in reversed(self.open):
            if element.gathered is not None:
                element.gathered.append(text)
                return
            if element.name:
                return

    def handle_data(self, data: str) -> None:
        line = self.getpos()[0]
        self.interpolations(data, line)
        if "${" in data and self.translates():
            raise ValueError(f"line {line}: ${{…}} in a translated text; give it an element with i18n:name")
        self.text(data)

    def translates(self) -> bool:
        for element in reversed(self.open):
            if element.gathered is not None or element.name:
                return element.gathered is not None
        return False

    def handle_entityref(self, name: str) -> None:
        self.text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text(f"&#{name};")
