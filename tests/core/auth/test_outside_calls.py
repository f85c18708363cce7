"""An addon calls the hosts that its manifest names, and no other, whatever address it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.api import Manifest, OutsideFailed, UserError, call_outside

MANIFEST = Manifest(
    name="toy_rates", title="Rates", version="1.0.0", outbound_hosts=["api.example.com", "127.0.0.1"]
)


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"path": self.path, "key": self.headers["X-Key"]}).encode()
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "https://elsewhere.example.com/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_declared_host_answers(service: str) -> None:
    answer = call_outside(MANIFEST, f"{service}/rates", headers={"X-Key": "k"})
    assert answer == {"path": "/rates", "key": "k"}


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.org/x", "https://api.example.com.evil.org/", "https://evil.org/api.example.com",
        "https://api.example.com@evil.org/", "https://sub.api.example.com/", "http://localhost:1/", "file:///etc/passwd",
        "nothing",
    ],
)  # fmt: skip
def test_another_host_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UserError, match="toy_rates may not call"):
        call_outside(MANIFEST, address)


def test_a_declared_host_cannot_lead_elsewhere(service: str) -> None:
    with pytest.raises(OutsideFailed, match="302"):
        call_outside(MANIFEST, f"{service}/away")


def test_a_declared_host_is_called_by_https_only() -> None:
    with pytest.raises(OutsideFailed, match="neither https"):
        call_outside(MANIFEST, "http://api.example.com/")
