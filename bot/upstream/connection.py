# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that go to the address that was checked, and that end when their time is up.

A name is resolved once, by the connection itself; every address that it resolves to must be
public, and the socket goes to one of exactly these: a second look-up that gives another answer
(DNS rebinding) has nothing to act on.  A watchdog shuts the socket down at the deadline, whatever
the other side is doing: no answer, half a handshake, or one byte a second.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from bot.upstream.errors import NoAnswerError, NotAskedError, UnreachableError
from bot.upstream.public_address import is_public

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to addresses, as text; raises ``OSError``."""

_RESOLVERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolver")


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Return every address that the system's resolver gives for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Exchange:
    """One question with its deadline; a context manager that ends every socket it made."""

    def __init__(
        self,
        total_seconds: float,
        connect_seconds: float,
        resolver: Resolver = system_resolver,
        address_is_public: Callable[[str], bool] = is_public,
    ) -> None:
        """The time runs from here; ``address_is_public`` is another one in tests only."""
        self._end = time.monotonic() + total_seconds
        self._connect_seconds = connect_seconds
        self._resolver = resolver
        self._is_public = address_is_public
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        self._expired = False
        self._expected = ""
        self._watchdog = Timer(total_seconds, self._expire)
        self._watchdog.daemon = True

    def __enter__(self) -> Self:
        """Start the watchdog."""
        self._watchdog.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the watchdog and close what is open."""
        self._watchdog.cancel()
        with self._lock:
            for connected in self._sockets:
                with suppress(OSError):
                    connected.close()
            self._sockets.clear()

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self._expired or time.monotonic() >= self._end

    def expect(self, host: str) -> None:
        """Name the one host that the next connection may go to (two parsers read the URL)."""
        self._expected = host.lower()

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a socket to a checked address of ``host``.

        Raises ``NotAskedError`` where any address of the host is not public, and
        ``UnreachableError`` where it has none or none of them answers.
        """
        if host.lower() != self._expected:
            raise NotAskedError("not asked: the URL can be read in two ways")
        problem: OSError | None = None
        for address in self._checked_addresses(host, port):
            try:
                connected = socket.create_connection((address, port), self._patience())
            except OSError as error:
                problem = error
                continue
            self._watch(connected)
            return connected
        raise UnreachableError(f"no connection to {host} ({_short(problem)})")

    def _checked_addresses(self, host: str, port: int) -> Sequence[str]:
        looked_up = _RESOLVERS.submit(self._resolver, host, port)
        try:
            addresses = looked_up.result(timeout=self._patience())
        except FutureTimeoutError as error:
            raise UnreachableError(f"the name {host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise UnreachableError(f"the name {host} cannot be resolved") from error
        if not addresses:
            raise UnreachableError(f"the name {host} has no address")
        if not all(self._is_public(address) for address in addresses):
            raise NotAskedError(f"not asked: {host} is not a public address")
        return addresses

    def _patience(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise NoAnswerError("no answer in time")
        return min(left, self._connect_seconds)

    def _watch(self, connected: socket.socket) -> None:
        # What is read later is bounded by the watchdog; the socket's own timeout is for silence.
        # A duplicate of the descriptor: TLS takes the socket itself away from us, and shutting
        # down the duplicate ends both.
        with self._lock:
            self._sockets.append(connected.dup())
        if self._expired:
            self._expire()

    def _expire(self) -> None:
        self._expired = True
        with self._lock:
            for connected in self._sockets:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)


def _short(error: OSError | None) -> str:
    if error is None:
        return "no address"
    return (error.strerror or type(error).__name__)[:80].lower()


class PinnedAdapter(HTTPAdapter):
    """A ``requests`` adapter whose connections are made by one ``Exchange``."""

    def __init__(self, exchange: Exchange, tls_context: Any = None) -> None:  # noqa: ANN401
        """``tls_context`` is an ``ssl.SSLContext``; None for the usual one."""
        self._exchange = exchange
        self._tls_context = tls_context
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **pool_kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Make pools whose connections resolve, check and connect in one step."""
        exchange = self._exchange

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return exchange.connect(self.host, self.port or 80)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return exchange.connect(self.host, self.port or 443)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        if self._tls_context is not None:
            pool_kwargs["ssl_context"] = self._tls_context
        self.poolmanager = PoolManager(connections, maxsize=maxsize, block=block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
