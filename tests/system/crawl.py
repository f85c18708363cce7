"""Following links: every address that the pages of somebody lead to, and what those addresses answer."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from webtest import TestApp

_NUMBER: Final = re.compile(r"\d+")
_TOKEN: Final = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]+)*")
MOST_ALIKE: Final = 2
"""So many addresses that differ in numbers and values only are asked for."""
OUT: Final = re.compile(r"^/(static|logout|health|ready|favicon)|/file/")


@dataclass
class Walk:
    """`answers` is what each address asked for has answered; `from_where` the page that led to it."""

    browser: TestApp
    most: int = 600
    answers: dict[str, int] = field(default_factory=dict)
    from_where: dict[str, str] = field(default_factory=dict)
    _alike: dict[str, int] = field(default_factory=dict)

    def follow(self, *starts: str) -> Walk:
        """Ask for these addresses, and for what their pages lead to."""
        waiting = deque(starts)
        self.from_where |= dict.fromkeys(starts, "")
        while waiting and len(self.answers) < self.most:
            url = waiting.popleft()
            if url in self.answers:
                continue
            answer = self.ask(url)
            for link in links_of(answer, url):
                if link not in self.from_where and self._is_new(link):
                    self.from_where[link] = url
                    waiting.append(link)
        return self

    def ask(self, url: str) -> Any:
        answer = self.browser.get(url, status="*")
        self.answers[url] = answer.status_int
        return answer

    def _is_new(self, link: str) -> bool:
        kind = kind_of(link)
        self._alike[kind] = self._alike.get(kind, 0) + 1
        return self._alike[kind] <= MOST_ALIKE

    def wrong(self, *allowed: int) -> list[str]:
        """Addresses that are answered otherwise than by a page, a file or the way to one."""
        fine = {200, 303, *allowed}
        return [
            f"{url} is answered {status} (from {self.from_where.get(url, '?')})"
            for url, status in self.answers.items() if status not in fine
        ]  # fmt: skip


def kind_of(link: str) -> str:
    """Addresses of one kind differ in ids and values; names of models, views, fields and parameters stay."""
    parts = urlsplit(link)
    path = _NUMBER.sub("N", _TOKEN.sub("T", parts.path))
    names = sorted({f"{name}={_NUMBER.sub('N', value)}" if name in ("view", "order", "group", "part") else name
                    for name, value in parse_qsl(parts.query, keep_blank_values=True)})  # fmt: skip
    return f"{path}?{'&'.join(names)}"


class _Links(HTMLParser):
    """What a page's attributes lead to; a tree of the page is not needed and takes three times as long."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._places: dict[str, list[str]] = {"href": [], "hx-get": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self._places:
                self._places[name].append(value or "")

    @property
    def found(self) -> list[str]:
        return [*self._places["href"], *self._places["hx-get"]]


def links_of(answer: Any, url: str) -> Iterator[str]:
    """Addresses of this site that a page leads to."""
    if answer.status_int == 303:
        found: Iterable[str] = [answer.headers["Location"]]
    elif answer.content_type == "text/html" and answer.status_int < 500:
        found = _Links(answer.text).found
    else:
        found = []
    for one in found:
        parts = urlsplit(urljoin(f"http://localhost{url}", one))
        if parts.netloc == "localhost" and parts.scheme in ("http", "https") and not OUT.search(parts.path):
            yield parts.path + (f"?{parts.query}" if parts.query else "")
