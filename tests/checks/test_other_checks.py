# SPDX-License-Identifier: GPL-3.0-or-later
"""File formats, provenance, placement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.checks.file_format import check_format
from bot.checks.finding import Finding, Status
from bot.checks.placement import check_placement
from bot.checks.provenance import check_provenance
from bot.guix.package import InstallStep
from bot.policy.load import load_policy
from bot.policy.model import Placement
from bot.upstream.facts import PackageFacts
from tests.checks.factory import (
    GOOD,
    GUIX,
    NET,
    PROGRAM,
    ZIP,
    facts,
    known_size,
    model,
    stated,
)


def _format(name: str, known: PackageFacts | None = None) -> dict[str, Finding]:
    origin = replace(ZIP, method="url-fetch", uris=(f"https://models.example.org/{name}",))
    judged = model(replace(GOOD, origins=(origin,)))
    return {finding.code: finding for finding in check_format(judged, known or facts(), GUIX)}


@pytest.mark.parametrize("suffix", ["safetensors", "gguf", "onnx"])
def test_formats_without_code_pass(suffix: str) -> None:
    assert _format(f"model.{suffix}")["format-ok"].status is Status.PASS


@pytest.mark.parametrize("suffix", ["pt", "pth", "ckpt", "bin", "pkl", "joblib"])
def test_pickles_are_noted(suffix: str) -> None:
    assert _format(f"model.{suffix}")["format-pickle"].status is Status.NOTE


def test_a_pickle_that_could_be_avoided() -> None:
    known = facts(known_size(1, safe_alternative="model.safetensors"))
    finding = _format("model.bin", known)["format-pickle-avoidable"]
    assert finding.status is Status.WARN
    assert "model.safetensors" in finding.hint


@pytest.mark.parametrize("name", ["model.zip", "eng.traineddata", "nn.nnue", "README"])
def test_nothing_is_said_of_what_is_not_known(name: str) -> None:
    assert _format(name) == {}


def test_what_the_host_lists_of_an_archive() -> None:
    risky = facts(known_size(1, file_formats=(".bin", ".onnx")))
    (finding,) = check_format(model(), risky, GUIX)
    assert (finding.code, finding.status) == ("format-pickle", Status.NOTE)
    assert finding.message.startswith("it holds .bin files")
    safe = facts(known_size(1, file_formats=(".onnx",)))
    assert [found.code for found in check_format(model(), safe, GUIX)] == ["format-ok"]
    # A file of its own is judged by its name, not by what else its repository holds.
    assert "format-pickle" not in _format("model.onnx", risky)


def test_the_install_plan_tells_what_is_taken_out_of_an_archive() -> None:
    plan = (InstallStep("model/pytorch_model.bin", "share/x"), InstallStep(None, None))
    judged = model(replace(GOOD, install_plan=plan))
    assert [found.code for found in check_format(judged, facts(), GUIX)] == ["format-pickle"]


def _provenance(
    known: PackageFacts | None = None,
    policy: str = "guix",
    **changed: Any,  # noqa: ANN401
) -> dict[str, Finding]:
    judged = model(replace(GOOD, **changed))
    found = check_provenance(judged, known or facts(), load_policy(policy))
    return {finding.code: finding for finding in found}


@pytest.mark.parametrize(
    "uri", ["magnet:?xt=urn:btih:0123", "https://models.example.org/llama.torrent?x=1"]
)
def test_a_torrent_fails_and_says_why(uri: str) -> None:
    finding = _provenance(origins=(replace(ZIP, uris=(uri,)),))["provenance-torrent"]
    assert finding.status is Status.FAIL
    assert "no publisher" in finding.message


def test_training_data_is_named_missing_or_unknown() -> None:
    named = facts(known_size(1, license=stated("mit"), datasets=("a", "b", "c", "d")))
    finding = _provenance(named)["provenance-data-named"]
    assert finding.status is Status.NOTE
    assert "a, b, c and 1 more" in finding.message
    silent = facts(known_size(1, license=stated("mit")))
    assert _provenance(silent)["provenance-data-missing"].status is Status.NOTE
    assert "provenance-data-unknown" not in _provenance()
    assert _provenance(policy="gcd-008-draft")["provenance-data-unknown"].status is Status.UNKNOWN


def test_the_description_may_name_the_data() -> None:
    found = _provenance(description="A model, trained on the Spoken\n  Hours corpus.")
    assert "the Spoken Hours corpus" in found["provenance-data-named"].message


def test_a_re_upload_is_noted() -> None:
    known = facts(
        known_size(1, license=stated("mit"), publisher="acme", base_models=("original/model",))
    )
    assert "original/model" in _provenance(known)["provenance-reupload"].message
    own = facts(known_size(1, license=stated("mit"), publisher="acme", base_models=("acme/b",)))
    assert "provenance-reupload" not in _provenance(own)


@pytest.mark.parametrize(
    ("identifier", "said"),
    [("mit", "ToxicCandy"), ("cc-by-nc-4.0", "Non-free"), ("acme-terms", None)],
)
def test_classes(identifier: str, said: str | None) -> None:
    found = _provenance(facts(known_size(1, license=stated(identifier))))
    assert ("provenance-class" in found) is (said is not None)
    if said:
        assert said in found["provenance-class"].message
        assert found["provenance-class"].status is Status.NOTE


def test_guix_names_no_place_and_a_policy_that_does_is_heard() -> None:
    assert list(check_placement(model(), facts(), GUIX)) == []
    wanted = GUIX.model_copy(update={"placement": Placement(files=("gnu/packages/x.scm",))})
    (finding,) = check_placement(model(), facts(), wanted)
    assert (finding.code, finding.status) == ("placement-file", Status.NOTE)
    here = GUIX.model_copy(update={"placement": Placement(files=(GOOD.file,))})
    (finding,) = check_placement(model(), facts(), here)
    assert finding.status is Status.PASS
    program = model(replace(GOOD, origins=(PROGRAM, NET)), (1,))
    assert list(check_placement(program, facts(), wanted)) == []
    assert list(check_placement(model(GOOD, before=GOOD), facts(), wanted)) == []
