"""A test that tries to leave this machine fails."""

from __future__ import annotations

import socket

import pytest

from core.testing.network import OutsideRefused, is_local


@pytest.mark.parametrize("address", ["/tmp/socket", ("127.0.0.1", 80), ("localhost", 80), ("::1", 80, 0, 0)])
def test_this_machine_may_be_reached(address: object) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address", [("8.8.8.8", 53), ("192.168.1.5", 80), ("example.org", 80), ("2001:db8::1", 80)]
)
def test_others_may_not(address: object) -> None:
    assert not is_local(address)


def test_connections_and_questions_to_name_servers_are_refused() -> None:
    with pytest.raises(OutsideRefused):
        socket.create_connection(("203.0.113.9", 80), timeout=1)
    with pytest.raises(OutsideRefused):
        socket.getaddrinfo("example.org", 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, pytest.raises(OutsideRefused):
        datagrams.sendto(b"hello", ("203.0.113.9", 514))


def test_a_server_of_the_tests_own_can_be_reached() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with listening, socket.create_connection(listening.getsockname(), timeout=5) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"
