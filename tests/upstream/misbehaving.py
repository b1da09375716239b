# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on loopback that behave as badly as a test asks them to.

A behaviour is a function from the request's head and the connected socket; it writes whatever
bytes it likes, as slowly as it likes.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[bytes, socket.socket], None]


@dataclass
class LocalServer:
    """A listening server; ``requests`` are the heads of what it was asked."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def first_lines(self) -> list[str]:
        return [head.split(b"\r\n", 1)[0].decode() for head in self.requests]


@contextmanager
def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[LocalServer]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    server = LocalServer(listener.getsockname()[1])
    workers: list[threading.Thread] = []

    def accept() -> None:
        while not server.stopping.is_set():
            try:
                connected, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            server.connections += 1
            worker = threading.Thread(target=_handle, args=(server, behaviour, connected, tls))
            worker.start()
            workers.append(worker)

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        acceptor.join()
        listener.close()
        for worker in workers:
            worker.join(timeout=10)


def _handle(
    server: LocalServer, behaviour: Behaviour, connected: socket.socket, tls: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError), connected:
        connected.settimeout(10)
        wrapped = tls.wrap_socket(connected, server_side=True) if tls else connected
        with wrapped:
            head = b""
            while b"\r\n\r\n" not in head:
                chunk = wrapped.recv(65536)
                if not chunk:
                    return
                head += chunk
            server.requests.append(head)
            behaviour(head, wrapped)


def answer(
    status: str = "200 OK", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Behaviour:
    """A well-behaved answer; without a body to HEAD."""
    fields = {"Content-Length": str(len(body)), **(headers or {})}

    def behave(head: bytes, connected: socket.socket) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        connected.sendall(f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode())
        if not head.startswith(b"HEAD"):
            connected.sendall(body)

    return behave


def by_path(behaviours: Mapping[str, Behaviour]) -> Behaviour:
    """Choose by the path of the request; anything else is 404."""

    def behave(head: bytes, connected: socket.socket) -> None:
        path = head.split(b" ", 2)[1].decode()
        behaviours.get(path, answer("404 Not Found"))(head, connected)

    return behave


def drip(lead: bytes, drop: bytes, pause: float, server_is_stopping: threading.Event) -> Behaviour:
    """Send ``lead``, then ``drop`` again and again with a pause, until nobody listens."""

    def behave(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(lead)
        while not server_is_stopping.wait(pause):
            connected.sendall(drop)

    return behave
