# SPDX-License-Identifier: GPL-3.0-or-later
"""One exchange: its one host, its sockets, its end."""

from __future__ import annotations

import socket

import pytest

from bot.upstream.connection import Exchange
from bot.upstream.errors import NoAnswerError, NotAskedError


def _exchange(seconds: float = 5) -> Exchange:
    return Exchange(seconds, 1, lambda _host, _port: ("127.0.0.1",), lambda _address: True)


def test_a_host_that_was_not_checked_is_not_connected_to() -> None:
    with _exchange() as exchange:
        exchange.expect("models.example.org")
        with pytest.raises(NotAskedError, match="two ways"):
            exchange.connect("evil.example.net", 80)


def test_sockets_end_with_the_exchange() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with _exchange() as exchange:
            exchange.expect("h")
            connected = exchange.connect("h", server.getsockname()[1])
            assert not exchange.expired
        connected.close()
        accepted, _ = server.accept()
        with accepted:
            accepted.settimeout(5)
            assert accepted.recv(1) == b""


def test_nothing_is_begun_after_the_end() -> None:
    exchange = _exchange(seconds=0)
    exchange.expect("h")
    assert exchange.expired
    with pytest.raises(NoAnswerError, match="in time"):
        exchange.connect("h", 80)
