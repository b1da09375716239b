# SPDX-License-Identifier: GPL-3.0-or-later
"""A zip's central directory, out of its last bytes; real zips, a real server."""

from __future__ import annotations

import io
import socket
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.upstream.cache import MemoryFactCache
from bot.upstream.client import GuardedClient, Surroundings
from bot.upstream.finder import GuardedFactFinder
from bot.upstream.settings import UpstreamSettings
from bot.upstream.zip_index import TAIL, read_directory
from tests.upstream.misbehaving import Behaviour, serving
from tests.upstream.recorded import origin

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILES = {"model/am/final.mdl": 5000, "model/conf/mfcc.conf": 10, "model/ivector.onnx": 90_000}


def _zip(files: dict[str, int], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in files.items():
            archive.writestr(name, b"\0" * size)
        archive.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize("comment", [b"", b"a comment PK\x05"])
def test_names_and_sizes(comment: bytes) -> None:
    whole = _zip(FILES, comment)
    assert read_directory(whole, 0) == list(FILES.items())
    assert read_directory(whole[100:], 100) == list(FILES.items())


@pytest.mark.parametrize("cut", [-1, 10, 60])
def test_a_part_that_is_too_small(cut: int) -> None:
    whole = _zip(FILES)
    part = whole[:cut] if cut < 0 else whole[-cut:]
    with pytest.raises(ValueError, match=r"zip|read"):
        read_directory(part, len(whole) - len(part) if cut > 0 else 0)


@given(st.binary(max_size=400), st.integers(0, 2**40))
def test_any_bytes(tail: bytes, start: int) -> None:
    try:
        found = read_directory(tail, start)
    except ValueError:
        return
    assert all(size >= 0 for _name, size in found)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=5))
def test_a_zip_with_changed_bytes(changes: list[tuple[int, int]]) -> None:
    tail = bytearray(_zip({"a.onnx": 100, "b.bin": 7}))
    for place, value in changes:
        tail[place % len(tail)] = value
    test_any_bytes.hypothesis.inner_test(bytes(tail), 0)  # type: ignore[attr-defined]


def _serve(content: bytes) -> Behaviour:
    def behave(head: bytes, connected: socket.socket) -> None:
        if head.startswith(b"HEAD"):
            connected.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(content)
            )
            return
        assert b"Range: bytes=-%d" % TAIL in head
        part = content[-TAIL:]
        first = len(content) - len(part)
        connected.sendall(
            b"HTTP/1.1 206 Partial Content\r\nContent-Length: %d\r\n"
            b"Content-Range: bytes %d-%d/%d\r\nConnection: close\r\n\r\n"
            % (len(part), first, len(content) - 1, len(content))
            + part
        )

    return behave


def test_the_end_of_a_file_of_a_real_server() -> None:
    settings = UpstreamSettings(hosts=("models.example.org",))
    surroundings = Surroundings(
        resolver=lambda _host, _port: ("127.0.0.1",),
        address_is_public=lambda address: address == "127.0.0.1",
        port_is_usual=lambda _scheme, _port: True,
    )
    client = GuardedClient(settings, lambda: NOW, surroundings)
    finder = GuardedFactFinder(settings, MemoryFactCache(), lambda: NOW, client)
    content = b"\1" * 200_000 + _zip({})  # what comes first is not read
    with serving(_serve(content)) as server:
        facts = finder.facts_about(origin(f"http://models.example.org:{server.port}/a.zip"))
        assert facts.size.value == len(content)
        assert len(server.requests) == 2
    content = _zip(FILES)
    with serving(_serve(content)) as server:
        facts = finder.facts_about(origin(f"http://models.example.org:{server.port}/b.zip"))
        assert facts.unpacked_size is not None
        assert facts.unpacked_size.value == sum(FILES.values())
        assert facts.file_formats == (".onnx",)
