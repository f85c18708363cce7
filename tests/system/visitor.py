"""A browser without scripts for tests over real HTTP: cookies, forms, and no more."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar

from bs4 import BeautifulSoup


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    headers: HTTPMessage
    text: str

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


class Visitor:
    """Follows redirections, keeps cookies, gives refusals as answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Language", "en")]

    def get(self, path: str) -> Answer:
        return self._answer(urllib.request.Request(self.address + path))

    def post(self, path: str, **fields: str) -> Answer:
        """With the token of the page at `path`, or of the start page where that cannot be asked for."""
        shown = self.get(path)
        token = shown.page.find("input", {"name": "csrf_token"}) or self.get("/").page.find(
            "input", {"name": "csrf_token"}
        )
        assert token is not None, shown.text[:500]
        body = urllib.parse.urlencode({"csrf_token": token["value"], **fields}).encode()
        return self._answer(urllib.request.Request(self.address + path, body))

    def upload(self, path: str, size: int) -> Answer:
        """So many bytes as a file, written piece by piece."""
        kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(size)}
        pieces = (b"x" * (1 << 20) for _number in range(size >> 20))
        return self._answer(urllib.request.Request(self.address + path, pieces, kind, method="POST"))  # type: ignore[arg-type]

    def sign_in(self, login: str, password: str) -> Answer:
        return self.post("/login", login=login, password=password)

    def _answer(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.url, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.url, refused.headers, refused.read().decode())
