"""A browser's connection on a socket of its own, as cheap as can be, so that it takes little from the server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode

HOST: Final = "127.0.0.1"
MOST_FAILED: Final = 50
_SECONDS: Final = 60
_PIECE: Final = 1 << 18


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One signed-in browser; the connection is kept open and opened again where the server closed it."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.token = port, token
        self._socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """A page; anything but 200 is an error of the benchmark."""
        answer = self.ask(f"GET {path} HTTP/1.1\r\n{self._headers()}\r\n".encode())
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        return answer

    def post(self, path: str, pairs: Sequence[tuple[str, str]]) -> Answer:
        """Send a form; the answer of a form that was saved leads elsewhere."""
        body = urlencode(pairs).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._headers()}Origin: http://{HOST}:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return self.ask(head.encode() + body)

    def ask(self, request: bytes) -> Answer:
        """Send a request and read the whole answer."""
        is_new = self._socket is None
        try:
            return self._exchange(request)
        except (ConnectionError, EOFError):
            self.close()
            if is_new:
                raise
            return self._exchange(request)

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _headers(self) -> str:
        cookie = f"Cookie: keyuan={self.token}\r\n" if self.token else ""
        return f"Host: {HOST}:{self.port}\r\n{cookie}"

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), timeout=_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            self._receive(received)
        first, *lines = bytes(received[:end]).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _c, value in (line.partition(":") for line in lines)}
        wanted = end + 4 + int(headers.get("content-length", 0))
        while len(received) < wanted:
            self._receive(received)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, bytes(received[end + 4 :]))

    def _receive(self, received: bytearray) -> None:
        assert self._socket is not None
        data = self._socket.recv(_PIECE)
        if not data:
            raise EOFError("the server closed the connection")
        received += data


@dataclass(frozen=True)
class Rush:
    """Many requests, as fast as they are answered; milliseconds of each. `failed` were answered with an error."""

    seconds: float
    milliseconds: list[float]
    failed: int

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return len(self.milliseconds) / self.seconds


def rush(port: int, token: str, path: str, clients: int, *, seconds: float, most: int) -> Rush:
    """`clients` browsers ask for one page again and again, for so many seconds and requests at most."""
    taken: list[float] = []
    failed: list[str] = []
    ends = time.perf_counter() + seconds

    def ask() -> None:
        client = Client(port, token)
        while len(taken) < most and time.perf_counter() < ends:
            started = time.perf_counter()
            try:
                client.get(path)
            except (OSError, EOFError, RuntimeError) as error:
                failed.append(str(error))
                if len(failed) >= MOST_FAILED:
                    break
            else:
                taken.append((time.perf_counter() - started) * 1000)
        client.close()

    threads = [threading.Thread(target=ask) for _n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not taken or len(failed) >= MOST_FAILED:
        raise RuntimeError(f"{path}: {len(failed)} requests failed, the last one: {failed[-1:]}")
    return Rush(time.perf_counter() - began, taken, len(failed))


def form_values(body: bytes) -> list[tuple[str, str]]:
    """What a browser would send for the form `record-form` of a page, if nobody typed anything."""
    reader = _Form()
    reader.feed(body.decode())
    return reader.pairs


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._is_inside = False
        self._select = ""
        self._text: str | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._is_inside = given.get("id") == "record-form"
        elif not self._is_inside or "disabled" in given:
            return
        elif tag == "input" and name and given.get("type") not in ("submit", "button", "file"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.pairs.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.pairs.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._name, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self.pairs.append((self._name, self._text.removeprefix("\n")))
            self._text = None
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._is_inside = False
