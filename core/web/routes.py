"""Where pages are found: each view says its own address and method, the application gathers them.

    @endpoint("notices", "/notices", "GET")
    def show(request: Request) -> Response: ...

Views of one name share an address; a method that none of them takes is answered 405 with `Allow`. Unless a view says
`public=True` it is for signed-in people, with `key=True` for programs that hold a key of the API; unless it says
`database=False` it runs inside the request's transaction.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pyramid.response import Response

from core.web.errors import MethodNotAllowed
from core.web.request import is_api

if TYPE_CHECKING:
    from core.web.request import Request

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One view: the function that answers one method at one address."""

    name: str
    pattern: str
    method: str
    function: Callable[[Request], Response]
    public: bool = False
    database: bool = True
    report: Callable[[Request], bool] | None = None
    key: bool = False


@dataclass
class Route:
    """One address with all the methods it takes."""

    name: str
    pattern: str
    endpoints: dict[str, Endpoint] = field(default_factory=dict)

    @property
    def allowed(self) -> list[str]:
        """Methods for the `Allow` header."""
        extra = ["HEAD"] if "GET" in self.endpoints else []
        return sorted([*self.endpoints, *extra, "OPTIONS"])

    def for_method(self, method: str) -> Endpoint:
        found = self.endpoints.get("GET" if method == "HEAD" else method)
        if found is None:
            raise MethodNotAllowed(self.allowed)
        return found


def endpoint(
    name: str, pattern: str, method: str, *, public: bool = False, database: bool = True,
    report: Callable[[Request], bool] | None = None, key: bool = False,
) -> Callable[[V], V]:  # fmt: skip
    """Mark a function as the answer to `method` at `pattern`; importing it changes nothing.

    `report` says of a request whether its answer only reads, and much: it may then be read on a replica. With `key` the
    caller comes from the header `Authorization: Bearer` and from nowhere else; such addresses begin with `/api/`, and
    no others do.
    """
    if key is not is_api(pattern) or (key and (public or not database)):
        raise ValueError(f"the route {name!r} is either for keys and below /api/, or neither: {pattern}")

    def mark(function: V) -> V:
        known: tuple[Endpoint, ...] = getattr(function, "__endpoints__", ())
        found = Endpoint(name, pattern, method, function, public, database, report, key)
        function.__endpoints__ = (*known, found)  # type: ignore[attr-defined]
        return function

    return mark


def gather(*packages: str) -> Mapping[str, Route]:
    """All routes that the modules of these packages declare, the most specific address first."""
    routes: dict[str, Route] = {}
    for module in _modules(packages):
        for value in vars(importlib.import_module(module)).values():
            for found in getattr(value, "__endpoints__", ()):
                if value.__module__ == module:
                    _add(routes, found)
    return {route.name: route for route in sorted(routes.values(), key=_specificity)}


def _modules(packages: tuple[str, ...]) -> Iterator[str]:
    for name in packages:
        yield name
        path = getattr(importlib.import_module(name), "__path__", None)
        for info in pkgutil.walk_packages(path or [], f"{name}."):
            yield info.name


def _add(routes: dict[str, Route], found: Endpoint) -> None:
    route = routes.setdefault(found.name, Route(found.name, found.pattern))
    if route.pattern != found.pattern or found.method in route.endpoints:
        raise ValueError(f"the route {found.name!r} is declared twice: {found.method} {found.pattern}")
    route.endpoints[found.method] = found


def _specificity(route: Route) -> list[tuple[int, str]]:
    """`/r/{model}/new` comes before `/r/{model}/{id}`: fixed words first, then patterns, then anything, then rests."""
    parts = route.pattern.strip("/").split("/")
    return [(_openness(part), part) for part in parts]


def _openness(part: str) -> int:
    if part.startswith("*"):
        return 3
    if not part.startswith("{"):
        return 0
    return 1 if re.search(r"\{\w+:", part) else 2
