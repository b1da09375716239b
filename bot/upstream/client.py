# SPDX-License-Identifier: GPL-3.0-or-later
"""The one client for everything that is asked of the world.

Every URL comes from a stranger.  Only http and https on their usual ports, no credentials, only
hosts on the list, only public addresses (bot/upstream/connection.py), redirects one by one with
all of this anew, and bounds on headers, body, time and number (``UpstreamSettings``).
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from bot import __version__
from bot.upstream.budget import HostBudgets, MailBudget
from bot.upstream.connection import Exchange, PinnedAdapter, Resolver, system_resolver
from bot.upstream.errors import NoAnswerError, NotAskedError, UnreachableError
from bot.upstream.public_address import is_public
from bot.upstream.settings import UpstreamSettings

Method = Literal["HEAD", "GET"]
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 65536
_URL_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered, after redirects."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tests put in the place of the real world; never set from a configuration."""

    resolver: Resolver = system_resolver
    address_is_public: Callable[[str], bool] = is_public
    port_is_usual: Callable[[str, int], bool] = lambda scheme, port: _PORTS[scheme] == port
    tls_context: Any = None


@dataclass(frozen=True, slots=True)
class _Question:
    """One question on its way, over all its redirects."""

    adapter: PinnedAdapter
    exchange: Exchange
    method: Method
    headers: Mapping[str, str]
    read_body: bool


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class GuardedClient:
    """Asks hosts that may be asked, within bounds."""

    def __init__(
        self,
        settings: UpstreamSettings,
        now: Callable[[], datetime] = utc_now,
        surroundings: Surroundings | None = None,
    ) -> None:
        """``now`` gives the time in UTC, for the budgets."""
        self._settings = settings
        self._surroundings = surroundings or Surroundings()
        self._hosts = HostBudgets(settings, now)
        contact = f" (+{settings.contact})" if settings.contact else ""
        self._agent = f"weighbridge/{__version__}{contact}"

    def head(self, url: str, budget: MailBudget) -> Answer:
        """Ask for the headers alone; see ``get``."""
        return self._ask("HEAD", url, budget, {}, read_body=False)

    def get(
        self, url: str, budget: MailBudget, accept: str = "*/*", last_bytes: int | None = None
    ) -> Answer:
        """Return the answer to a GET, whatever its status.

        ``last_bytes`` asks for the end of the file alone (RFC 9110, 14.1.2).

        Raises ``NotAskedError`` where the guard refuses, ``NoAnswerError`` where no whole answer
        comes within the bounds.
        """
        headers = {"Accept": accept}
        if last_bytes is not None:
            headers["Range"] = f"bytes=-{last_bytes}"
        return self._ask("GET", url, budget, headers, read_body=True)

    def get_first_byte(self, url: str, budget: MailBudget) -> Answer:
        """Ask for one byte (RFC 9110, 14.2), for the headers of hosts that refuse HEAD."""
        return self._ask("GET", url, budget, {"Range": "bytes=0-0"}, read_body=False)

    def _ask(
        self,
        method: Method,
        url: str,
        budget: MailBudget,
        headers: Mapping[str, str],
        *,
        read_body: bool,
    ) -> Answer:
        around, settings = self._surroundings, self._settings
        exchange = Exchange(
            settings.total_seconds,
            settings.connect_seconds,
            around.resolver,
            around.address_is_public,
        )
        # The adapter is asked itself, without a requests.Session: a session reads cookies, .netrc
        # and proxies from its surroundings, and reads the whole body of a redirect.
        with exchange, closing(PinnedAdapter(exchange, around.tls_context)) as adapter:
            sent = {"User-Agent": self._agent, "Accept-Encoding": "identity", **headers}
            question = _Question(adapter, exchange, method, sent, read_body)
            return self._follow(question, url, budget)

    def _follow(self, question: _Question, url: str, budget: MailBudget) -> Answer:
        secure = False
        for _ in range(self._settings.redirects + 1):
            parts = self._checked(url)
            if secure and parts.scheme == "http":
                raise NotAskedError("not asked: it is redirected from https to http")
            secure = parts.scheme == "https"
            host = parts.hostname or ""
            budget.spend()
            self._hosts.spend(host)
            question.exchange.expect(host)
            try:
                answer = self._once(question, url)
            except UnreachableError as error:
                self._hosts.unreachable(host, str(error))
                raise
            self._hosts.reached()
            if answer.status in (429, 503):
                self._hosts.wait(host, answer.headers.get("Retry-After"))
                raise NoAnswerError(f"{host} is busy (HTTP {answer.status})")
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            url = _joined(url, location)
        raise NoAnswerError(f"more than {self._settings.redirects} redirects")

    def _checked(self, url: str) -> SplitResult:
        """Return the parts of a URL that may be asked; raises ``NotAskedError``."""
        if len(url) > _URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
            raise NotAskedError("not asked: it is no plain URL")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise NotAskedError("not asked: it is no URL") from error
        if parts.scheme not in _PORTS:
            raise NotAskedError(f"not asked: {parts.scheme[:20] or 'it'} is neither http nor https")
        if "@" in parts.netloc or "\\" in url:
            raise NotAskedError("not asked: the URL holds credentials")
        host = parts.hostname or ""
        if not self._settings.allows(host):
            raise NotAskedError(f"not asked: {host[:80] or 'no host'} is not on the list of hosts")
        if not self._surroundings.port_is_usual(parts.scheme, port or _PORTS[parts.scheme]):
            raise NotAskedError(f"not asked: port {port} is not the usual one")
        return parts

    def _once(self, question: _Question, url: str) -> Answer:
        try:
            request = requests.Request(question.method, url, headers=question.headers).prepare()
            response = question.adapter.send(
                request, stream=True, timeout=self._settings.connect_seconds
            )
            try:
                return self._taken(response, question.read_body)
            finally:
                response.close()
        except (requests.RequestException, HTTPError, OSError, http.client.HTTPException) as error:
            if question.exchange.expired:
                seconds = f"{self._settings.total_seconds:g}"
                raise NoAnswerError(f"no whole answer within {seconds} seconds") from error
            raise NoAnswerError(f"no answer ({_kind(error)})") from error

    def _taken(self, response: requests.Response, read_body: bool) -> Answer:
        size = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
        if size > self._settings.header_bytes:
            raise NoAnswerError(f"the answer's headers are larger than {size} bytes")
        body = b""
        if read_body and response.status_code not in _REDIRECTS:
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise NoAnswerError("the answer is compressed though it was asked not to be")
            body = self._body(response)
        return Answer(response.url or "", response.status_code, response.headers, body)

    def _body(self, response: requests.Response) -> bytes:
        limit = self._settings.body_bytes
        read = bytearray()
        while chunk := response.raw.read(_CHUNK):
            read += chunk
            if len(read) > limit:
                raise NoAnswerError(f"the answer is larger than {limit} bytes")
        return bytes(read)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise NoAnswerError("it is redirected to what is no URL") from error


def _kind(error: Exception) -> str:
    """A short name of what went wrong; never the text, which may hold a stranger's words."""
    return {
        "SSLError": "the certificate is not accepted",
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "silence",
        "ConnectionError": "the connection broke",
    }.get(type(error).__name__, "the connection broke")
