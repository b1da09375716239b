# SPDX-License-Identifier: GPL-3.0-or-later
"""Hugging Face's answers, whole, in part, and odd."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from bot.upstream.cache import MemoryFactCache
from bot.upstream.facts import OriginFacts
from bot.upstream.hub_place import hub_place
from bot.upstream.origin import facts_about_origin
from tests.upstream.recorded import RecordedClient, asker, file_of, origin, silence

REVISION = "0123456789abcdef0123456789abcdef01234567"
API = "https://huggingface.co/api/models"
PAGE = f"{API}/acme/speech-small/revision/{REVISION}?blobs=true"
TREE = f"{API}/acme/speech-small/tree/{REVISION}?recursive=true"
FILE = f"https://huggingface.co/acme/speech-small/resolve/{REVISION}/onnx/encoder.int8.onnx"
PICKLE = f"https://huggingface.co/acme/speech-small/resolve/{REVISION}/pytorch_model.bin"
SHA = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

MODEL: dict[str, Any] = {
    "_id": "66aa00000000000000000000",
    "id": "acme/speech-small",
    "private": False,
    "pipeline_tag": "automatic-speech-recognition",
    "library_name": "onnx",
    "tags": ["onnx", "license:apache-2.0", "dataset:acme/hours", "region:us"],
    "sha": REVISION,
    "gated": False,
    "disabled": False,
    "cardData": {
        "license": "apache-2.0",
        "base_model": ["acme/speech-base"],
        "datasets": ["acme/hours", "acme/minutes"],
        "language": ["en"],
    },
    "siblings": [
        {"rfilename": ".gitattributes", "size": 1519, "blobId": "aa"},
        {
            "rfilename": "onnx/encoder.int8.onnx",
            "size": 652184281,
            "blobId": "bb",
            "lfs": {"sha256": SHA, "size": 652184281, "pointerSize": 134},
        },
        {"rfilename": "pytorch_model.bin", "size": 1000, "lfs": {"sha256": SHA, "size": 1000}},
        {"rfilename": "model.safetensors", "size": 2000, "lfs": {"sha256": SHA, "size": 2000}},
    ],
    "something-new": {"nobody": ["knows"]},
}
BASE = {"id": "acme/speech-base", "cardData": {"license": "llama3.1", "base_model": "acme/root"}}
ROOT = {"id": "acme/root", "tags": ["license:mit"]}
ALL = {PAGE: MODEL, f"{API}/acme/speech-base": BASE, f"{API}/acme/root": ROOT}


def _facts(answers: dict[str, Any], url: str = FILE, **more: Any) -> OriginFacts:  # noqa: ANN401
    return facts_about_origin(asker(RecordedClient(answers)), origin(url, **more))


def test_a_file_of_a_pinned_revision() -> None:
    facts = _facts(ALL)
    assert facts.size.value == 652184281
    assert facts.size.source == f"https://huggingface.co/acme/speech-small/tree/{REVISION}"
    assert facts.size.learnt_at is not None
    assert facts.sha256 is not None
    assert facts.sha256.value == SHA
    assert facts.license is not None
    assert facts.license.value == "apache-2.0"
    assert (facts.license_spdx, facts.license_verdict) == ("Apache-2.0", "free")
    assert facts.base_models == ("acme/speech-base",)
    assert facts.datasets == ("acme/hours", "acme/minutes")
    assert facts.gated is False
    assert facts.uses_lfs is True
    assert facts.immutable is True
    assert facts.file_formats == (".bin", ".onnx", ".safetensors")
    assert facts.safe_alternative is None


def test_the_chain_of_base_models() -> None:
    facts = _facts(ALL)
    assert [(base.name, base.license.value, base.license_verdict) for base in facts.base_chain] == [
        ("acme/speech-base", "llama3.1", "nonfree"),
        ("acme/root", "mit", "free"),
    ]
    assert facts.base_chain_complete


def test_a_chain_that_bites_its_tail_ends() -> None:
    loop = {"id": "acme/root", "cardData": {"license": "mit", "base_model": "acme/speech-base"}}
    facts = _facts({**ALL, f"{API}/acme/root": loop})
    assert [base.name for base in facts.base_chain] == ["acme/speech-base", "acme/root"]


def test_a_base_that_does_not_answer_is_not_known() -> None:
    facts = _facts({PAGE: MODEL, f"{API}/acme/speech-base": silence()})
    assert facts.base_chain[0].license.value is None
    assert facts.base_chain[0].license.reason == "no answer (silence)"
    assert not facts.base_chain_complete


def test_a_long_chain_is_not_followed_for_ever() -> None:
    answers: dict[str, Any] = {PAGE: MODEL}
    names = ["acme/speech-base", *(f"acme/b{n}" for n in range(20))]
    for name, following in pairwise(names):
        answers[f"{API}/{name}"] = {"id": name, "cardData": {"base_model": following}}
    client = RecordedClient(answers)
    facts = facts_about_origin(asker(client), origin(FILE))
    assert not facts.base_chain_complete
    assert len(client.asked) == 4


def test_a_pickle_with_a_safe_sister() -> None:
    assert _facts(ALL, PICKLE).safe_alternative == "model.safetensors"


def test_sizes_from_the_tree_where_the_page_has_none() -> None:
    bare = {**MODEL, "siblings": [{"rfilename": "onnx/encoder.int8.onnx"}]}
    tree = [
        {"type": "directory", "path": "onnx", "oid": "dd", "size": 0},
        {
            "type": "file",
            "path": "onnx/encoder.int8.onnx",
            "oid": "ee",
            "size": 134,
            "lfs": {"oid": SHA, "size": 652184281, "pointerSize": 134},
        },
    ]
    facts = _facts({**ALL, PAGE: bare, TREE: tree})
    assert facts.size.value == 652184281
    assert facts.sha256 is not None
    assert facts.sha256.value == SHA


def test_a_git_repository_of_the_hub() -> None:
    facts = _facts(
        ALL, "https://huggingface.co/acme/speech-small.git", method="git-fetch", commit=REVISION
    )
    assert facts.size.value == 1519 + 652184281 + 1000 + 2000
    assert facts.uses_lfs is True
    assert facts.immutable is True


@pytest.mark.parametrize(
    ("card", "gated", "license_id", "verdict"),
    [
        ({"license": "other", "license_name": "acme-terms", "license_link": "L"}, "auto",
         "acme-terms", "unclear"),
        ({"license": "cc-by-nc-4.0"}, "manual", "cc-by-nc-4.0", "nonfree"),
        ({"license": ["mit", "apache-2.0"]}, False, "mit", "free"),
        ({"license": "brand-new-terms"}, True, "brand-new-terms", "unclear"),
    ],
)  # fmt: skip
def test_licences(card: object, gated: object, license_id: str, verdict: str) -> None:
    facts = _facts({PAGE: {**MODEL, "cardData": card, "gated": gated, "tags": []}})
    assert facts.license is not None
    assert facts.license.value == license_id
    assert facts.license_verdict == verdict
    assert facts.gated is bool(gated)


def test_no_licence_is_stated() -> None:
    facts = _facts({PAGE: {**MODEL, "cardData": {}, "tags": []}})
    assert facts.license is not None
    assert facts.license.value is None
    assert facts.license.reason == "the publisher states none"


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "acme/speech-small"},
        {"id": 5, "cardData": "x", "tags": 7, "siblings": {"a": 1}, "gated": []},
        {"siblings": [None, 3, {}, {"rfilename": 4}, {"rfilename": "x", "size": -1, "lfs": 9}]},
        {"cardData": {"license": {}, "base_model": {"a": 1}, "datasets": [None, 3]}},
        {"cardData": {"base_model": ["../../etc/passwd", "a/b/c", "", "x y"]}},
    ],
)
def test_missing_and_odd_fields_break_nothing(odd: dict[str, Any]) -> None:
    facts = _facts({PAGE: odd})
    assert facts.size.value is None
    assert facts.license is not None
    assert facts.license.value is None


@pytest.mark.parametrize("wrong", [[], "text", 500, 404])
def test_where_the_page_is_none_the_file_itself_is_asked(wrong: object) -> None:
    facts = _facts({PAGE: wrong, FILE: file_of(77)})
    assert facts.size.value == 77
    assert facts.license is None


def test_a_repository_whose_page_is_none_says_why() -> None:
    url = "https://huggingface.co/acme/speech-small"
    found = _facts({}, url, method="git-fetch", commit=REVISION)
    assert found.size.value is None
    assert "repository states no size" not in found.size.reason
    assert found.size.reason
    assert found.license is not None
    assert found.license.reason == found.size.reason


def test_a_file_that_is_not_there() -> None:
    facts = _facts(ALL, FILE.replace("encoder", "decoder"))
    assert facts.size.value is None
    assert facts.size.reason == "the publisher lists no such file"


def test_offline_knows_what_was_kept_and_says_when() -> None:
    cache = MemoryFactCache()
    facts_about_origin(asker(RecordedClient(ALL), cache), origin(FILE))
    facts = facts_about_origin(asker(None, cache), origin(FILE))
    assert facts.size.value == 652184281
    assert facts.size.learnt_at is not None
    assert len(facts.base_chain) == 2
    nothing = facts_about_origin(asker(None), origin(FILE))
    assert nothing.size.value is None
    assert nothing.size.reason == "not asked (offline)"


@pytest.mark.parametrize(
    ("url", "commit", "expected"),
    [
        (FILE, None, ("acme/speech-small", REVISION, "onnx/encoder.int8.onnx")),
        ("https://hf.co/acme/x/resolve/main/a.bin?download=true", None,
         ("acme/x", "main", "a.bin")),
        ("https://huggingface.co/gpt2/resolve/main/a.bin", None, ("gpt2", "main", "a.bin")),
        ("https://huggingface.co/acme/x", "v1", ("acme/x", "v1", None)),
        ("https://huggingface.co/acme/x", None, None),
        ("https://huggingface.co/datasets/acme/x/resolve/main/a", None, None),
        ("https://huggingface.co/api/models/x", "v1", None),
        ("https://huggingface.co.evil.example/acme/x/resolve/main/a", None, None),
        ("https://huggingface.co/a%2Fb/..%2Fx/resolve/main/a", None, None),
        ("https://[broken", None, None),
    ],
)  # fmt: skip
def test_places_on_the_hub(
    url: str, commit: str | None, expected: tuple[str, str, str | None] | None
) -> None:
    place = hub_place(origin(url, commit=commit))
    assert (place and (place.repository, place.revision, place.path)) == expected
