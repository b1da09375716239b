# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a host answers, an origin's facts are facts or reasons."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.upstream.budget import MailBudget
from bot.upstream.client import Answer
from bot.upstream.facts import OriginFacts
from bot.upstream.origin import facts_about_origin
from tests.upstream.recorded import RecordedClient, asker, origin

REVISION = "0123456789abcdef0123456789abcdef01234567"
KEYS = st.sampled_from(
    [
        "cardData", "license", "license_name", "license_link", "base_model", "datasets", "tags",
        "gated", "siblings", "rfilename", "size", "lfs", "sha256", "oid", "path", "type", "sha",
        "tree", "truncated", "assets", "name", "digest", "spdx_id", "key", "files", "metadata",
        "id", "filesize", "filename", "x",
    ]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["mit", "file", "blob", "model.bin", "acme/x", "a" * 64]),
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=8)),
    max_leaves=40,
)
ORIGINS = (
    origin(f"https://huggingface.co/acme/x/resolve/{REVISION}/model.bin"),
    origin("https://huggingface.co/acme/x", method="git-fetch", commit="main"),
    origin("https://github.com/a/b/releases/download/v1/model.bin"),
    origin("https://github.com/a/b", method="git-fetch", commit="v1"),
    origin("https://zenodo.org/records/12/files/model.bin"),
    origin("https://alphacephei.com/vosk/models/vosk-model-x.zip"),
)


class SameAnswer(RecordedClient):
    """Answers everything with one body."""

    def __init__(self, body: bytes) -> None:
        super().__init__({})
        self.body = body

    def get(
        self, url: str, budget: MailBudget, accept: str = "*/*", last_bytes: int | None = None
    ) -> Answer:
        del accept, last_bytes
        budget.spend()
        return Answer(url, 200, {"Content-Length": str(len(self.body))}, self.body)


def _hold(facts: OriginFacts) -> None:
    assert facts.size.value is None or facts.size.value >= 0
    assert facts.size.value is not None or facts.size.reason
    assert facts.license is None or facts.license.value or facts.license.reason
    for name in (*facts.base_models, *facts.datasets, *facts.file_formats):
        assert isinstance(name, str)
    assert len(facts.base_chain) <= 9


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_any_json(value: object) -> None:
    body = json.dumps(value).encode()
    for one in ORIGINS:
        _hold(facts_about_origin(asker(SameAnswer(body)), one))


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(alphabet="<>/trdh='\" a&;!-", max_size=300)))
def test_any_bytes(body: bytes | str) -> None:
    raw = body.encode() if isinstance(body, str) else body
    for one in ORIGINS:
        _hold(facts_about_origin(asker(SameAnswer(raw)), one))


def test_json_that_nests_deeper_than_python_recurses() -> None:
    for one in ORIGINS:
        _hold(facts_about_origin(asker(SameAnswer(b"[" * 200_000)), one))
