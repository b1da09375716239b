# SPDX-License-Identifier: GPL-3.0-or-later
"""VOSK's page, GitHub, Zenodo and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.upstream.client import Answer
from bot.upstream.facts import OriginFacts
from bot.upstream.origin import facts_about_origin
from bot.upstream.revision import is_pinned
from tests.upstream.recorded import RecordedClient, asker, file_of, origin, silence

VOSK_PAGE = "https://alphacephei.com/vosk/models"
VOSK_ZIP = f"{VOSK_PAGE}/vosk-model-small-xx-0.15.zip"
VOSK_TABLE = """\
<html><body><h1>Models</h1>
<table class="table">
<thead><tr><th>Model</th><th>Size</th><th>Word error rate</th><th>Notes</th><th>License</th></tr>
</thead>
<tbody>
<tr><td><strong>Made-up language</strong></td><td></td><td></td><td></td><td></td></tr>
<tr><td><a href="/vosk/models/vosk-model-small-xx-0.15.zip">vosk-model-small-xx-0.15</a></td>
 <td>40M</td><td>9.85 (a test)</td><td>Lightweight <b>model</b> &amp; more</td>
 <td>Apache 2.0</td></tr>
<tr><td>vosk-model-xx-big</td><td>1.8G</td><td>1</td><td>x</td><td>CC-BY-NC-SA 4.0</td></tr>
<tr><td>vosk-model-xx-bare</td></tr>
</tbody></table></body></html>
"""
ASSET = "https://github.com/acme/models/releases/download/xx_core_sm-3.7.0/xx_core_sm.tar.gz"
RELEASE = "https://api.github.com/repos/acme/models/releases/tags/xx_core_sm-3.7.0"
REPOSITORY = "https://api.github.com/repos/acme/models"
RECORD = "https://zenodo.org/api/records/123456"
ZENODO_FILE = "https://zenodo.org/records/123456/files/weights.onnx?download=1"


def _facts(answers: dict[str, Any], url: str, **more: Any) -> OriginFacts:  # noqa: ANN401
    return facts_about_origin(asker(RecordedClient(answers)), origin(url, **more))


def test_vosk_has_licence_and_notes_on_its_page_and_the_host_the_exact_size() -> None:
    facts = _facts({VOSK_PAGE: VOSK_TABLE, VOSK_ZIP: file_of(41205931)}, VOSK_ZIP)
    assert facts.size.value == 41205931
    assert facts.license is not None
    assert (facts.license.value, facts.license_spdx) == ("Apache 2.0", "Apache-2.0")
    assert facts.license.source == VOSK_PAGE
    assert facts.notes == ("Lightweight model & more",)


def test_the_rounded_size_where_the_host_states_none() -> None:
    assert _facts({VOSK_PAGE: VOSK_TABLE}, VOSK_ZIP).size.value == 40 * 1024 * 1024
    big = f"{VOSK_PAGE}/vosk-model-xx-big.zip"
    facts = _facts({VOSK_PAGE: VOSK_TABLE}, big)
    assert facts.size.value == int(1.8 * 1024**3)
    assert facts.license_verdict == "nonfree"


@pytest.mark.parametrize(
    ("page", "name", "reason"),
    [
        (VOSK_TABLE, "vosk-model-yy-1", "the publisher's page does not list it"),
        (VOSK_TABLE, "vosk-model-xx-bare", "the publisher's page states none"),
        ("<html>we moved</html>", "vosk-model-xx-big", "the answer was not understood"),
        ("<table><tr><td>vosk-model" * 9000, "vosk-model-xx-big", "the answer was not understood"),
        (404, "vosk-model-xx-big", "HTTP 404"),
        (silence(), "vosk-model-xx-big", "no answer (silence)"),
    ],
)
def test_what_the_page_does_not_say(page: object, name: str, reason: str) -> None:
    url = f"{VOSK_PAGE}/{name}.zip"
    facts = _facts({VOSK_PAGE: page, url: file_of(5)}, url)
    assert facts.size.value == 5
    assert facts.license is not None
    assert (facts.license.value, facts.license.reason) == (None, reason)


def test_an_asset_of_a_github_release() -> None:
    digest = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    release = {
        "tag_name": "xx_core_sm-3.7.0",
        "assets": [
            {"name": "other.zip", "size": 1},
            {"name": "xx_core_sm.tar.gz", "size": 12806118, "digest": f"sha256:{digest}"},
        ],
    }
    repository = {"full_name": "acme/models", "license": {"key": "mit", "spdx_id": "MIT"}}
    facts = _facts({RELEASE: release, REPOSITORY: repository}, ASSET)
    assert facts.size.value == 12806118
    assert facts.sha256 is not None
    assert facts.sha256.value == digest
    assert facts.license is not None
    assert (facts.license.value, facts.license_of) == ("MIT", "the repository")


@pytest.mark.parametrize(
    ("repository", "value", "reason"),
    [
        ({"license": {"spdx_id": "NOASSERTION", "key": "other"}}, "other", ""),
        ({"license": None, "id": 1}, None, "the repository states none"),
        ({}, None, "the answer was not understood"),
        (403, None, "HTTP 403"),
    ],
)
def test_a_repository_without_a_plain_licence(
    repository: object, value: str | None, reason: str
) -> None:
    facts = _facts({REPOSITORY: repository, ASSET: file_of(9)}, ASSET)
    assert facts.size.value == 9
    assert facts.license is not None
    assert (facts.license.value, facts.license.reason) == (value, reason)


TREE = "https://api.github.com/repos/acme/models/git/trees/v4.1?recursive=1"


@pytest.mark.parametrize(
    ("tree", "size", "reason"),
    [
        (
            {
                "sha": "aa",
                "truncated": False,
                "tree": [
                    {"path": "fast", "type": "tree", "sha": "bb"},
                    {"path": "fast/eng.traineddata", "type": "blob", "size": 4000},
                    {"path": "LICENSE", "type": "blob", "size": 11},
                    {"path": "sub", "type": "commit", "sha": "cc"},
                ],
            },
            4011,
            "",
        ),
        ({"truncated": True, "tree": [{"type": "blob", "size": 1}]}, None, "the answer was not"),
        ({"truncated": False, "tree": [{"type": "blob"}]}, None, "the answer was not"),
        ({"truncated": False, "tree": [None, 3]}, None, "the answer was not"),
        (409, None, "HTTP 409"),
    ],
)
def test_a_checkout_of_a_github_repository(tree: object, size: int | None, reason: str) -> None:
    url = "https://github.com/acme/models"
    facts = _facts({TREE: tree}, url, method="git-fetch", commit="v4.1")
    assert facts.size.value == size
    assert facts.size.reason.startswith(reason)
    assert facts.size.source == "https://github.com/acme/models/tree/v4.1"


def test_githubs_rate_limit_is_not_kept() -> None:
    limited = Answer(REPOSITORY, 403, {"X-RateLimit-Remaining": "0"}, b"")
    client = RecordedClient({REPOSITORY: limited})
    ask = asker(client)
    for _ in range(2):
        facts_about_origin(ask, origin("https://github.com/acme/models", method="git-fetch"))
    assert client.asked.count(REPOSITORY) == 2


@pytest.mark.parametrize(
    "record",
    [
        {"metadata": {"license": {"id": "cc-by-4.0"}},
         "files": [{"key": "weights.onnx", "size": 5, "checksum": "md5:0"}]},
        {"metadata": {"license": "cc-by-4.0"},
         "files": [{"filename": "weights.onnx", "filesize": 5}]},
    ],
)  # fmt: skip
def test_a_file_of_a_zenodo_record(record: object) -> None:
    facts = _facts({RECORD: record}, ZENODO_FILE)
    assert facts.size.value == 5
    assert (facts.license_spdx, facts.license_verdict) == ("CC-BY-4.0", "free")
    assert facts.immutable is True


def test_a_zenodo_record_that_says_nothing() -> None:
    records: tuple[object, ...] = ({"files": 3, "metadata": []}, 404, [])
    for record in records:
        facts = _facts({RECORD: record, ZENODO_FILE: file_of(6)}, ZENODO_FILE)
        assert facts.size.value == 6
        assert facts.license is not None
        assert facts.license.value is None


URL = "https://nets.example.org/nn-1.nnue"


def test_the_size_by_head() -> None:
    assert _facts({URL: file_of(46_000_000)}, URL).size.value == 46_000_000


@pytest.mark.parametrize(
    "head",
    [405, 403, 404, 501, Answer(URL, 200, {"Content-Type": "application/zip"}, b"")],
)
def test_one_byte_where_head_is_refused_or_silent(head: object) -> None:
    part = Answer(URL, 206, {"Content-Range": "bytes 0-0/46000000"}, b"")
    assert _facts({URL: head, f"{URL} bytes=0-0": part}, URL).size.value == 46_000_000


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(URL, 200, {"Content-Length": "9", "Content-Type": "text/html"}, b""),
         "the answer was not understood"),
        (Answer(URL, 200, {"Content-Length": "-5"}, b""), "the answer was not understood"),
        (Answer(URL, 200, {"Content-Length": "1e9"}, b""), "the answer was not understood"),
        (Answer(URL, 206, {"Content-Range": "bytes 0-0/*"}, b""), "the answer was not understood"),
        (500, "HTTP 500"),
        (silence(), "no answer (silence)"),
    ],
)  # fmt: skip
def test_no_size(answer: object, reason: str) -> None:
    size = _facts({URL: answer}, URL).size
    assert (size.value, size.reason) == (None, reason)


def test_a_mirror_is_asked_where_the_first_is_silent() -> None:
    other = "https://mirror.example.net/nn-1.nnue"
    client = RecordedClient({URL: silence(), other: file_of(3)})
    assert facts_about_origin(asker(client), origin(URL, other)).size.value == 3


def test_nothing_to_ask() -> None:
    assert _facts({}, "").size.value is None
    facts = facts_about_origin(asker(RecordedClient({})), origin())
    assert facts.size.reason == "the patch does not show where it comes from"


HEX = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "commit", "expected"),
    [
        (f"https://huggingface.co/a/b/resolve/{HEX}/x.onnx", None, True),
        ("https://huggingface.co/a/b/resolve/main/x.onnx", None, False),
        ("https://huggingface.co/a/b/resolve/v1.0/x.onnx", None, False),
        ("https://huggingface.co/a/b", "v1.0", False),
        ("https://huggingface.co/a/b", HEX, True),
        ("https://git.example.org/a/b", HEX, True),
        ("https://git.example.org/a/b", "v1.0", None),
        ("https://git.example.org/a/b", "master", False),
        ("https://raw.githubusercontent.com/a/b/main/x.onnx", None, False),
        (f"https://raw.githubusercontent.com/a/b/{HEX}/x.onnx", None, True),
        (f"https://github.com/a/b/archive/{HEX}.tar.gz", None, True),
        ("https://github.com/a/b/archive/refs/heads/topic.zip", None, False),
        ("https://github.com/a/b/archive/refs/tags/v1.zip", None, None),
        ("https://github.com/a/b/releases/latest/download/x.onnx", None, False),
        ("https://github.com/a/b/releases/download/v1/x.onnx", None, None),
        ("https://deb.example.org/pool/main/x.onnx", None, None),
        ("https://models.example.org/x-1.0.zip", None, None),
        ("https://[broken", None, None),
    ],
)
def test_what_is_pinned(url: str, commit: str | None, expected: bool | None) -> None:
    assert is_pinned(origin(url, commit=commit)) is expected
