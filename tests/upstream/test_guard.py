# SPDX-License-Identifier: GPL-3.0-or-later
"""The guarded client against servers that misbehave; nothing here leaves loopback."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.upstream.budget import MailBudget
from bot.upstream.client import GuardedClient, Surroundings
from bot.upstream.errors import NoAnswerError, NotAskedError
from bot.upstream.settings import UpstreamSettings
from tests.upstream.misbehaving import Behaviour, answer, by_path, drip, serving

HOST = "models.example.org"
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SETTINGS = UpstreamSettings(
    hosts=(HOST, "*.cdn.example.org"),
    contact="https://bot.example.org",
    connect_seconds=2,
    total_seconds=5,
    redirects=3,
    header_bytes=4096,
    body_bytes=100_000,
)


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class Resolver:
    """Names to loopback; counts the look-ups and may change its mind."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers) or [("127.0.0.1",)]
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def client(
    settings: UpstreamSettings = SETTINGS,
    resolver: Callable[[str, int], Sequence[str]] | None = None,
    now: Callable[[], datetime] | None = None,
    tls: ssl.SSLContext | None = None,
) -> GuardedClient:
    """A client for which 127.0.0.1 alone is public."""
    surroundings = Surroundings(
        resolver=resolver or Resolver(),
        address_is_public=lambda address: address == "127.0.0.1",
        port_is_usual=lambda _scheme, _port: True,
        tls_context=tls,
    )
    return GuardedClient(settings, now or Clock(), surroundings)


def budget(requests: int = 100) -> MailBudget:
    return MailBudget(requests)


# ----- what is never asked ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://models.example.org/x", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("gopher://models.example.org/", "neither http nor https"),
        ("magnet:?xt=urn:btih:abc", "neither http nor https"),
        ("//models.example.org/x", "neither http nor https"),
        ("http://user@models.example.org/x", "credentials"),
        ("http://user:secret@models.example.org/x", "credentials"),
        ("http://models.example.org\\@evil.example.net/x", "credentials"),
        ("http://evil.example.net/x", "not on the list"),
        ("http://models.example.org.evil.example.net/x", "not on the list"),
        ("http://cdn.example.org/x", "not on the list"),
        ("http://127.0.0.1/x", "not on the list"),
        ("http://[::1]/x", "not on the list"),
        ("http:///x", "not on the list"),
        ("http://models.example.org:99999/x", "no URL"),
        ("http://[broken/x", "no URL"),
        ("http://models.example.org/a b", "no plain URL"),
        ("http://models.example.org/\r\nX-Evil: 1", "no plain URL"),
        ("http://models.ex\N{CYRILLIC SMALL LETTER A}mple.org/", "no plain URL"),
        ("http://models.example.org/" + "a" * 5000, "no plain URL"),
    ],
)
def test_urls_that_are_not_asked(url: str, reason: str) -> None:
    resolver = Resolver()
    with pytest.raises(NotAskedError, match=reason):
        client(resolver=resolver).get(url, budget())
    assert resolver.asked == []


def test_an_unusual_port_is_not_asked() -> None:
    guarded = GuardedClient(SETTINGS, Clock(), Surroundings(resolver=Resolver()))
    with pytest.raises(NotAskedError, match="port 8080 is not the usual one"):
        guarded.get(f"http://{HOST}:8080/", budget())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "192.88.99.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1",
        "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1.1.1.1",
        "2002:7f00:1::", "2002:a00:1::1", "2001:0:102:304::", "nonsense",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """The real rule, as shipped: a single such address among good ones is enough."""
    for answers in ((address,), ("1.1.1.1", address)):
        guarded = GuardedClient(SETTINGS, Clock(), Surroundings(resolver=Resolver(answers)))
        with pytest.raises(NotAskedError, match="not a public address"):
            guarded.get(f"http://{HOST}/", budget())


def test_no_configuration_makes_loopback_public() -> None:
    with serving(answer(body=b"secret")) as server:
        settings = UpstreamSettings(hosts=("localhost", "127.0.0.1"))
        guarded = GuardedClient(
            settings, Clock(), Surroundings(port_is_usual=lambda _scheme, _port: True)
        )
        for host in ("localhost", "127.0.0.1"):
            with pytest.raises(NotAskedError, match="not a public address"):
                guarded.get(f"http://{host}:{server.port}/", budget())
        assert server.connections == 0


# ----- the connection goes to the address that was checked --------------------------------------


def test_a_name_is_looked_up_once_for_each_request() -> None:
    resolver = Resolver(("127.0.0.1",), ("10.0.0.1",))  # rebinds after the first look-up
    with serving(answer(body=b"ok")) as server:
        url = f"http://{HOST}:{server.port}/"
        guarded = client(resolver=resolver)
        assert guarded.get(url, budget()).body == b"ok"
        assert resolver.asked == [HOST]
        with pytest.raises(NotAskedError, match="not a public address"):
            guarded.get(url, budget())
        assert server.connections == 1


def test_the_host_keeps_its_name() -> None:
    with serving(answer(body=b"ok")) as server:
        client().get(f"http://{HOST}:{server.port}/path?x=1", budget())
        head = server.requests[0].decode()
        assert head.startswith("GET /path?x=1 HTTP/1.1\r\n")
        assert f"\r\nHost: {HOST}:{server.port}\r\n" in head


def test_a_redirect_is_checked_anew() -> None:
    resolver = Resolver(("127.0.0.1",), ("169.254.169.254",))
    redirect = answer("302 Found", {"Location": f"http://{HOST}/latest/meta-data/"})
    with serving(redirect) as server:
        with pytest.raises(NotAskedError, match="not a public address"):
            client(resolver=resolver).get(f"http://{HOST}:{server.port}/", budget())
        assert len(resolver.asked) == 2


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://evil.example.net/", "not on the list"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://u:p@models.example.org/", "credentials"),
        ("http://[broken", "no URL"),
    ],
)
def test_a_redirect_to_what_is_not_asked(location: str, reason: str) -> None:
    with (
        serving(answer("302 Found", {"Location": location})) as server,
        pytest.raises((NotAskedError, NoAnswerError), match=reason),
    ):
        client().get(f"http://{HOST}:{server.port}/", budget())


def test_redirects_are_followed_and_bounded() -> None:
    with serving(
        by_path(
            {
                "/a": answer("301 Moved", {"Location": "/b"}),
                "/b": answer("307 Temporary", {"Location": "c?x=1"}),
                "/c?x=1": answer(body=b"there"),
                "/loop": answer("302 Found", {"Location": "/loop"}),
            }
        )
    ) as server:
        base = f"http://{HOST}:{server.port}"
        found = client().get(f"{base}/a", budget())
        assert (found.body, found.url) == (b"there", f"{base}/c?x=1")
        with pytest.raises(NoAnswerError, match="more than 3 redirects"):
            client().get(f"{base}/loop", budget())
        assert server.first_lines().count("GET /loop HTTP/1.1") == 4


def test_the_body_of_a_redirect_is_not_read() -> None:
    def endless(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
        while True:
            connected.sendall(b"x" * 65536)

    with serving(by_path({"/": endless, "/there": answer(body=b"there")})) as server:
        assert client().get(f"http://{HOST}:{server.port}/", budget()).body == b"there"


# ----- bounds -----------------------------------------------------------------------------------


def test_a_large_body_is_left() -> None:
    with (
        serving(answer(body=b"x" * 200_000)) as server,
        pytest.raises(NoAnswerError, match="larger than 100000 bytes"),
    ):
        client().get(f"http://{HOST}:{server.port}/", budget())


def test_an_endless_body_is_left() -> None:
    def endless(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connected.sendall(b"x" * 65536)

    with (
        serving(endless) as server,
        pytest.raises(NoAnswerError, match="larger than 100000 bytes"),
    ):
        client().get(f"http://{HOST}:{server.port}/", budget())


def test_a_compressed_answer_is_not_unpacked() -> None:
    with (
        serving(answer(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b")) as server,
        pytest.raises(NoAnswerError, match="compressed"),
    ):
        client().get(f"http://{HOST}:{server.port}/", budget())
    assert b"Accept-Encoding: identity" in server.requests[0]


@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"X-%d: %s\r\n" % (number, b"a" * 900) for number in range(9)),
        b"X-Long: " + b"a" * 100_000 + b"\r\n",
        b"".join(b"X-%d: a\r\n" % number for number in range(500)),
    ],
)
def test_large_headers_are_left(headers: bytes) -> None:
    def behave(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\n" + headers + b"Content-Length: 0\r\n\r\n")

    with serving(behave) as server, pytest.raises(NoAnswerError):
        client().get(f"http://{HOST}:{server.port}/", budget())


def _drips(stopping: threading.Event) -> dict[str, Behaviour]:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n"
    return {
        "/body": drip(begun + b"\r\n", b"x", 0.1, stopping),
        "/headers": drip(begun, b"X-A: b\r\n", 0.1, stopping),
        "/continue": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.1, stopping),
        "/status": drip(b"", b"H", 0.1, stopping),
        "/silence": drip(b"", b"", 0.1, stopping),
    }


@pytest.mark.parametrize("path", ["/body", "/headers", "/continue", "/status", "/silence"])
def test_a_slow_drip_ends_at_the_deadline(path: str) -> None:
    stopping = threading.Event()
    settings = SETTINGS.model_copy(update={"total_seconds": 0.6, "connect_seconds": 30})
    with serving(by_path(_drips(stopping))) as server:
        began = time.monotonic()
        try:
            with pytest.raises(NoAnswerError, match=r"no whole answer within 0\.6 seconds"):
                client(settings).get(f"http://{HOST}:{server.port}{path}", budget())
        finally:
            stopping.set()
        assert time.monotonic() - began < 5


def test_a_slow_resolver_ends_at_the_deadline() -> None:
    released = threading.Event()

    def slow(_host: str, _port: int) -> Sequence[str]:
        released.wait(10)
        return ("127.0.0.1",)

    settings = SETTINGS.model_copy(update={"total_seconds": 0.4})
    try:
        with pytest.raises(NoAnswerError, match="not resolved in time"):
            client(settings, resolver=slow).get(f"http://{HOST}/", budget())
    finally:
        released.set()


def test_garbage_and_a_closed_door() -> None:
    def garbage(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(b"\x00\xff not http at all\r\n\r\n")

    def hang_up(_head: bytes, connected: socket.socket) -> None:
        connected.shutdown(socket.SHUT_RDWR)

    for behaviour in (garbage, hang_up):
        with serving(behaviour) as server, pytest.raises(NoAnswerError, match="no answer"):
            client().get(f"http://{HOST}:{server.port}/", budget())
    with pytest.raises(NoAnswerError, match="no connection to"):
        client().get(f"http://{HOST}:{server.port}/", budget())


def test_a_body_that_ends_early_is_no_answer() -> None:
    def short(_head: bytes, connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with serving(short) as server, pytest.raises(NoAnswerError, match="no answer"):
        client().get(f"http://{HOST}:{server.port}/", budget())


# ----- budgets ----------------------------------------------------------------------------------


def test_requests_per_mail_count_redirects() -> None:
    with serving(answer("302 Found", {"Location": "/again"})) as server:
        with pytest.raises(NotAskedError, match="2 requests for this series were made"):
            client().get(f"http://{HOST}:{server.port}/", budget(2))
        assert len(server.requests) == 2


def test_requests_per_host_and_minute_and_day() -> None:
    clock = Clock()
    settings = SETTINGS.model_copy(
        update={"requests_per_host_per_minute": 2, "requests_per_host_per_day": 3}
    )
    with serving(answer()) as server:
        guarded = client(settings, now=clock)
        url = f"http://{HOST}:{server.port}/"
        guarded.get(url, budget())
        guarded.get(url, budget())
        with pytest.raises(NotAskedError, match="this minute"):
            guarded.get(url, budget())
        clock.time += timedelta(seconds=61)
        guarded.get(url, budget())
        with pytest.raises(NotAskedError, match="today"):
            guarded.get(url, budget())
        guarded.get(f"http://eu.cdn.example.org:{server.port}/", budget())
        clock.time += timedelta(days=1)
        guarded.get(url, budget())
        assert len(server.requests) == 5


def test_a_host_that_cannot_be_reached_is_tried_once_in_a_while() -> None:
    clock, tried = Clock(), []

    def nowhere(host: str, _port: int) -> Sequence[str]:
        tried.append(host)
        raise OSError("no network")

    guarded = client(resolver=nowhere, now=clock)
    for _ in range(20):
        with pytest.raises(NoAnswerError, match=f"the name {HOST} cannot be resolved"):
            guarded.get(f"http://{HOST}/", budget())
    assert tried == [HOST]
    with pytest.raises(NoAnswerError, match="the name eu"):
        guarded.get("http://eu.cdn.example.org/", budget())
    clock.time += timedelta(minutes=5)
    with pytest.raises(NoAnswerError):
        guarded.get(f"http://{HOST}/", budget())
    assert tried == [HOST, "eu.cdn.example.org", HOST]


def test_without_a_network_few_hosts_are_tried() -> None:
    clock, tried = Clock(), []

    def resolver(host: str, _port: int) -> Sequence[str]:
        tried.append(host)
        if clock.time == START:
            raise OSError("no network")
        return ("127.0.0.1",)

    guarded = client(resolver=resolver, now=clock)
    with serving(answer()) as server:
        for name in ("a", "b"):
            with pytest.raises(NoAnswerError, match="cannot be resolved"):
                guarded.get(f"http://{name}.cdn.example.org:{server.port}/", budget())
        for name in ("c", "d", "e"):
            with pytest.raises(NotAskedError, match="no host could be reached a moment ago"):
                guarded.get(f"http://{name}.cdn.example.org:{server.port}/", budget())
        assert len(tried) == 2
        clock.time += timedelta(minutes=1)
        for name in ("c", "d", "e"):
            guarded.get(f"http://{name}.cdn.example.org:{server.port}/", budget())
        assert len(server.requests) == 3


def test_the_answers_for_one_mail_have_a_time_together() -> None:
    time_now = 100.0
    with serving(answer()) as server:
        url = f"http://{HOST}:{server.port}/"
        spent = MailBudget(100, 60, lambda: time_now)
        client().get(url, spent)
        time_now += 59
        client().get(url, spent)
        time_now += 1
        with pytest.raises(NotAskedError, match="took more than 60 seconds"):
            client().get(url, spent)
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        ("Mon, 23 Nov 2026 12:05:00 GMT", 300),
        ("nonsense", 60),
        ("", 60),
        ("999999999999", 86400),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_retry_after_is_honoured(status: str, retry_after: str, seconds: int) -> None:
    clock = Clock()
    with serving(answer(status, {"Retry-After": retry_after})) as server:
        guarded = client(now=clock)
        url = f"http://{HOST}:{server.port}/"
        with pytest.raises(NoAnswerError, match="is busy"):
            guarded.get(url, budget())
        clock.time = START + timedelta(seconds=seconds - 1)
        with pytest.raises(NotAskedError, match="wants to be left alone until"):
            guarded.get(url, budget())
        assert len(server.requests) == 1
        clock.time = START + timedelta(seconds=seconds)
        with pytest.raises(NoAnswerError, match="is busy"):
            guarded.get(url, budget())
        assert len(server.requests) == 2


# ----- manners ----------------------------------------------------------------------------------


def test_the_agent_says_whom_to_reach() -> None:
    with serving(answer()) as server:
        client().head(f"http://{HOST}:{server.port}/", budget())
        head = server.requests[0].decode()
        assert head.startswith("HEAD / HTTP/1.1")
        assert "\r\nUser-Agent: weighbridge/" in head
        assert "(+https://bot.example.org)\r\n" in head
        assert "Cookie" not in head
        assert "Authorization" not in head


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(answer(body=b"direct")) as server:
        assert client().get(f"http://{HOST}:{server.port}/", budget()).body == b"direct"
        assert b"Authorization" not in server.requests[0]


# ----- TLS --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
            "-keyout", str(path), "-out", f"{path}.crt",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def _tls_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _tls_client(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=f"{certificate}.crt")


def test_tls_checks_the_name_and_goes_to_the_checked_address(certificate: Path) -> None:
    with serving(answer(body=b"sealed"), _tls_server(certificate)) as server:
        guarded = client(tls=_tls_client(certificate))
        found = guarded.get(f"https://{HOST}:{server.port}/", budget())
        assert found.body == b"sealed"
        with pytest.raises(NoAnswerError, match="certificate"):
            guarded.get(f"https://eu.cdn.example.org:{server.port}/", budget())
        with pytest.raises(NoAnswerError, match="certificate"):
            client().get(f"https://{HOST}:{server.port}/", budget())


def test_a_redirect_from_https_to_http_is_refused(certificate: Path) -> None:
    redirect = answer("302 Found", {"Location": f"http://{HOST}/plain"})
    with (
        serving(redirect, _tls_server(certificate)) as server,
        pytest.raises(NotAskedError, match="from https to http"),
    ):
        client(tls=_tls_client(certificate)).get(f"https://{HOST}:{server.port}/", budget())


def test_a_slow_drip_inside_tls_ends_at_the_deadline(certificate: Path) -> None:
    stopping = threading.Event()
    settings = SETTINGS.model_copy(update={"total_seconds": 1.0, "connect_seconds": 30})
    with serving(by_path(_drips(stopping)), _tls_server(certificate)) as server:
        guarded = client(settings, tls=_tls_client(certificate))
        try:
            with pytest.raises(NoAnswerError, match="no whole answer within 1 seconds"):
                guarded.get(f"https://{HOST}:{server.port}/headers", budget())
        finally:
            stopping.set()


def test_half_a_handshake_ends_at_the_deadline(certificate: Path) -> None:
    settings = SETTINGS.model_copy(update={"total_seconds": 0.6, "connect_seconds": 30})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        guarded = client(settings, tls=_tls_client(certificate))
        with pytest.raises(NoAnswerError, match=r"no whole answer within 0\.6 seconds"):
            guarded.get(f"https://{HOST}:{port}/", budget())
