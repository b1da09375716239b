# SPDX-License-Identifier: GPL-3.0-or-later
"""References that move, hashes that say nothing, pointers instead of files."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checks.finding import Finding, Status
from bot.checks.nix_base32 import is_placeholder, sha256_hex
from bot.checks.pinned import check_pinned
from bot.guix.package import PackageOrigin, UnknownField
from bot.upstream.facts import Fact, PackageFacts
from tests.checks.factory import GOOD, GUIX, LEARNT_AT, ZIP, facts, known_size, model

REVISION = "0123456789abcdef0123456789abcdef01234567"
HUB = "https://huggingface.co/acme/speech/resolve"
SHA = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
NIX = "1vvjwczj02vqszdlbc51i8x36482xxlmmigx82mgj020n02jyw2z"
FILE = replace(ZIP, method="url-fetch", uris=(f"{HUB}/{REVISION}/model.onnx",), hash=NIX)


def _findings(origin: PackageOrigin, known: PackageFacts | None = None) -> dict[str, Finding]:
    judged = model(replace(GOOD, origins=(origin,)))
    return {finding.code: finding for finding in check_pinned(judged, known or facts(), GUIX)}


def _digest(sha256: str | None = SHA, **more: object) -> PackageFacts:
    fact = Fact(sha256, "https://huggingface.example/acme/speech", LEARNT_AT)
    return facts(known_size(1, sha256=fact, **more))


def test_the_hash_of_guix_against_hexadecimal() -> None:
    assert sha256_hex(NIX) is not None
    # What `guix hash -f nix-base32 /dev/null` and `sha256sum /dev/null` print.
    empty = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
    assert sha256_hex(empty) == hashlib.sha256(b"").hexdigest()


@given(st.text(max_size=80))
def test_any_text_is_a_hash_or_none(text: str) -> None:
    found = sha256_hex(text)
    assert found is None or len(found) == 64
    is_placeholder(text)


def test_a_pinned_revision_passes() -> None:
    found = _findings(FILE)
    assert found["pinned-ok"].message == "the revision cannot move"
    assert _findings(ZIP)["pinned-ok"].message == "the hash fixes the content"


def test_the_publisher_s_hash_matches() -> None:
    origin = replace(FILE, hash="0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73")
    known = _digest(hashlib.sha256(b"").hexdigest())
    assert _findings(origin, known)["pinned-ok"].message.endswith("the publisher's hash matches")


def test_the_publisher_s_hash_differs() -> None:
    known = _digest("00" * 32)
    finding = _findings(FILE, known)["pinned-hash-differs"]
    assert finding.status is Status.FAIL
    assert "00" * 32 in finding.hint


@pytest.mark.parametrize("method", ["url-fetch/zipbomb", "url-fetch/tarbomb"])
def test_what_is_unpacked_later_is_hashed_before(method: str) -> None:
    known = _digest("00" * 32)
    assert "pinned-hash-differs" in _findings(replace(FILE, method=method), known)


@pytest.mark.parametrize("method", ["git-fetch", "git-fetch/lfs", "url-fetch/executable", None])
def test_a_hash_of_a_directory_is_not_compared(method: str | None) -> None:
    known = _digest("00" * 32)
    assert "pinned-hash-differs" not in _findings(replace(FILE, method=method), known)


@pytest.mark.parametrize(
    ("method", "command"), [("url-fetch", "guix download"), ("git-fetch", "--serializer=nar")]
)
def test_how_to_hash(method: str, command: str) -> None:
    zeros = replace(FILE, method=method, hash="0" * 52)
    assert command in _findings(zeros)["pinned-hash-zero"].hint


def test_a_branch_is_movable_and_the_commit_is_written_out() -> None:
    moving = replace(FILE, uris=(f"{HUB}/main/model.onnx",))
    finding = _findings(moving, _digest(None, revision=REVISION))["pinned-mutable"]
    assert finding.status is Status.WARN
    assert finding.message == '"main" is a reference that its publisher can move'
    assert finding.scheme.split() == [
        "(uri",
        "(string-append",
        f'"{HUB}/"',
        f'"{REVISION}/"',
        '"model.onnx"))',
    ]
    assert _findings(moving)["pinned-mutable"].scheme == ""


def test_a_branch_of_a_repository() -> None:
    moving = PackageOrigin(
        "source", "git-fetch", ("https://huggingface.co/acme/speech",), commit="main", hash=NIX
    )
    finding = _findings(moving, _digest(None, revision=REVISION))["pinned-mutable"]
    assert finding.scheme == f'             (commit "{REVISION}")'


@pytest.mark.parametrize(
    ("written", "code", "status"),
    [
        (None, "pinned-hash-missing", Status.WARN),
        ("0" * 52, "pinned-hash-zero", Status.FAIL),
        ("A" * 43 + "=", "pinned-hash-zero", Status.FAIL),
    ],
)
def test_hashes_that_say_nothing(written: str | None, code: str, status: Status) -> None:
    assert _findings(replace(FILE, hash=written))[code].status is status


def test_a_hash_that_is_not_shown() -> None:
    origin = replace(FILE, hash=None)
    partial = model(replace(GOOD, origins=(origin,), partial=True))
    computed = model(
        replace(GOOD, origins=(origin,), unknown=(UnknownField("sha256", "it is computed"),))
    )
    for judged in (partial, computed):
        codes = {finding.code: finding.status for finding in check_pinned(judged, facts(), GUIX)}
        assert codes["pinned-hash-unknown"] is Status.NOTE
        assert "pinned-hash-missing" not in codes


def test_pointers_of_git_lfs() -> None:
    repository = PackageOrigin(
        "source", "git-fetch", ("https://huggingface.co/acme/speech",), commit=REVISION, hash=NIX
    )
    finding = _findings(repository, _digest(None, uses_lfs=True))["pinned-lfs-pointers"]
    assert finding.status is Status.FAIL
    assert "git-fetch/lfs" in finding.scheme
    with_lfs = replace(repository, method="git-fetch/lfs")
    assert "pinned-lfs-pointers" not in _findings(with_lfs, _digest(None, uses_lfs=True))


def test_http_where_https_is_offered() -> None:
    plain = replace(ZIP, uris=("http://alphacephei.com/vosk/models/vosk-model-xx.zip",))
    assert _findings(plain)["pinned-http"].status is Status.NOTE
    assert "pinned-http" not in _findings(replace(ZIP, uris=("http://x.example/m.zip",)))
