"""Texts that know their addon and are put into a language only when somebody reads them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from core.i18n.catalogue import CORE_DOMAIN, lookup
from core.i18n.dates import date_formatter, datetime_formatter
from core.i18n.language import current_language
from core.i18n.numbers import number_formatter

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LIST_SEPARATOR: Final = {"zh_CN": "、", "en": ", "}


class LazyString:
    """A source text with its domain and arguments, rendered by ``str()`` in the current language.

    Placeholders are ``{name}`` and nothing more: no attribute, index or format specification is ever
    evaluated, an unknown name stays as written, and the text of an argument is not searched for placeholders
    again. Arguments may be lazy strings themselves; Decimal, date and datetime are written as the reader's
    language writes them, a list is joined. Two of them are equal when domain, text and arguments are.
    """

    __slots__ = ("args", "context", "domain", "msgid", "n", "plural")

    def __init__(
        self,
        domain: str,
        msgid: str,
        args: Mapping[str, Any] | None = None,
        *,
        context: str | None = None,
        plural: str | None = None,
        n: int = 1,
    ) -> None:
        self.domain: Final = domain
        self.msgid: Final = msgid
        self.args: Final[dict[str, Any]] = dict(args) if args else {}
        self.context: Final = context
        self.plural: Final = plural
        self.n: Final = n

    def translate(self, language: str) -> str:
        """The text in `language`, whatever the current one is."""
        text = lookup(self.domain, language, self.msgid, context=self.context, plural=self.plural, n=self.n)
        args = self.args
        if not args:
            return text
        return _PLACEHOLDER.sub(
            lambda found: render_argument(args[found[1]], language) if found[1] in args else found[0], text
        )

    def format(self, **args: Any) -> LazyString:
        """The same text with (further) arguments."""
        return LazyString(
            self.domain, self.msgid, {**self.args, **args}, context=self.context, plural=self.plural, n=self.n
        )

    def __mod__(self, args: Mapping[str, Any]) -> LazyString:
        return self.format(**args)

    def __str__(self) -> str:
        return self.translate(current_language())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __bool__(self) -> bool:
        return bool(self.msgid)

    def _key(self) -> tuple[Any, ...]:
        return (self.domain, self.msgid, self.context, self.plural, self.n, self.args)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, LazyString) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.domain, self.msgid, self.context))

    def __repr__(self) -> str:
        shown = f", {self.args!r}" if self.args else ""
        return f"LazyString({self.domain!r}, {self.msgid!r}{shown})"

    def __reduce__(self) -> tuple[Callable[..., LazyString], tuple[Any, ...]]:
        return _restore, self._key()

    def as_json(self) -> dict[str, Any]:
        """Plain data for json, as notices and job results wait for readers of either language."""
        data: dict[str, Any] = {"domain": self.domain, "text": self.msgid}
        if self.args:
            data["args"] = {name: _to_json(value) for name, value in self.args.items()}
        if self.context is not None:
            data["context"] = self.context
        if self.plural is not None:
            data |= {"plural": self.plural, "n": self.n}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LazyString:
        """What `as_json` wrote. Raises KeyError when the data lack a domain or a text."""
        args = {name: _from_json(value) for name, value in data.get("args", {}).items()}
        return cls(
            data["domain"], data["text"], args,
            context=data.get("context"), plural=data.get("plural"), n=data.get("n", 1),
        )  # fmt: skip


def _restore(
    domain: str, msgid: str, context: str | None, plural: str | None, n: int, args: dict[str, Any]
) -> LazyString:
    return LazyString(domain, msgid, args, context=context, plural=plural, n=n)


def render_argument(value: Any, language: str) -> str:
    """One argument as written in `language`; whole numbers stay bare, as many are codes or years."""
    if isinstance(value, str):
        return value
    if isinstance(value, LazyString):
        return value.translate(language)
    if isinstance(value, Decimal):
        return number_formatter(language)(value)
    if isinstance(value, datetime):
        return datetime_formatter(language)(value)
    if isinstance(value, date):
        return date_formatter(language)(value)
    if isinstance(value, list | tuple):
        return _LIST_SEPARATOR[language].join(render_argument(item, language) for item in value)
    return str(value)


def _to_json(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, LazyString):
        return {"$text": value.as_json()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    return str(value)


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "$text": LazyString.from_json,
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
}


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, plain),) = value.items()
        return _READERS[kind](plain)
    return [_from_json(item) for item in value] if isinstance(value, list) else value


class Translator(Protocol):
    """What `translator` returns: source text and arguments in, lazy string out."""

    def __call__(self, text: str, /, **args: Any) -> LazyString: ...


def translator(domain: str) -> Translator:
    """A ``_`` bound to one domain, for code whose module name does not tell its addon."""

    def mark(text: str, /, **args: Any) -> LazyString:
        return LazyString(domain, text, args)

    return mark


def domain_of(module: str) -> str:
    """The domain of texts written in `module`: the addon under ``addons.``, else the top-level package."""
    top, _dot, rest = module.partition(".")
    if top == "addons" and rest:
        return rest.partition(".")[0]
    return CORE_DOMAIN if top == "core" else top


def written_about(function: Callable[..., Any]) -> LazyString:
    """The first line of the docstring of a condition that decides on rights, as people read it; else its name.

    The extractor takes these lines from functions that return `Where`, see `core.i18n_extract`.
    """
    text = (function.__doc__ or "").strip().partition("\n")[0]
    return LazyString(domain_of(function.__module__), text or function.__name__.replace("_", " "))


def _(text: str, /, **args: Any) -> LazyString:
    """Mark `text` for translation in the catalogue of the calling module's addon."""
    return LazyString(domain_of(sys._getframe(1).f_globals["__name__"]), text, args)


def _n(singular: str, plural: str, n: int, /, **args: Any) -> LazyString:
    """As ``_``, for texts that depend on the number `n`, which they may show as ``{n}``."""
    domain = domain_of(sys._getframe(1).f_globals["__name__"])
    return LazyString(domain, singular, {"n": n, **args}, plural=plural, n=n)


def _p(context: str, text: str, /, **args: Any) -> LazyString:
    """As ``_``, for an English word that Chinese says in several ways: ``_p("verb", "Order")``."""
    return LazyString(domain_of(sys._getframe(1).f_globals["__name__"]), text, args, context=context)
