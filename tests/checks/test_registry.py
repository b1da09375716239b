# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks together, and other people's."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot.checks.finding import Finding, Status
from bot.checks.registry import OWN_CHECKS, all_checks, run_checks
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from tests.checks.factory import GUIX, facts, known_size, model


def test_the_own_checks_in_their_order() -> None:
    assert list(OWN_CHECKS) == [
        "license",
        "size",
        "substitutable",
        "pinned",
        "format",
        "provenance",
        "placement",
    ]
    found = run_checks(model(), facts(known_size(5)), GUIX, OWN_CHECKS)
    assert [finding.check for finding in found] == ["license", "size", "substitutable", "pinned"]
    assert {finding.status for finding in found} == {Status.PASS}


def test_nothing_is_asked_of_what_needs_no_report() -> None:
    assert run_checks(model(is_model=False), facts(), GUIX) == ()
    assert run_checks(model(needs_report=False), facts(), GUIX) == ()


def test_a_rule_that_is_off_says_nothing() -> None:
    off = tuple(
        rule.model_copy(update={"severity": "off"}) if rule.check == "size" else rule
        for rule in GUIX.rules
    )
    found = run_checks(model(), facts(), GUIX.model_copy(update={"rules": off}), OWN_CHECKS)
    assert "size" not in {finding.check for finding in found}


def _raises(_m: ModelPackage, _f: PackageFacts, _p: Policy) -> Iterable[Finding]:
    raise RuntimeError("broken plug-in")


def _raises_late(_m: ModelPackage, _f: PackageFacts, _p: Policy) -> Iterator[Finding]:
    yield Finding("late", "late-1", Status.PASS, "fine")
    raise KeyError("late")


def _endless(_m: ModelPackage, _f: PackageFacts, _p: Policy) -> Iterator[Finding]:
    for number in itertools.count():
        yield Finding("endless", f"endless-{number}", Status.NOTE, "more")


def _wrong(_m: ModelPackage, _f: PackageFacts, _p: Policy) -> Iterable[Finding]:
    return ["text"]  # type: ignore[list-item]


def test_a_check_that_misbehaves_stops_neither_the_others_nor_the_report() -> None:
    checks = {"raises": _raises, "late": _raises_late, "wrong": _wrong, "endless": _endless}
    found = run_checks(model(), facts(known_size(5)), GUIX, {**checks, **OWN_CHECKS})
    failed = {finding.code: finding for finding in found if finding.code.endswith("-failed")}
    assert set(failed) == {"raises-failed", "late-failed", "wrong-failed"}
    assert {finding.status for finding in failed.values()} == {Status.UNKNOWN}
    assert "RuntimeError" in failed["raises-failed"].message
    endless = [finding.code for finding in found if finding.check == "endless"]
    assert len(endless) == 51
    assert endless[-1] == "endless-more"
    assert any(finding.check == "license" for finding in found)


def _worst_last(_m: ModelPackage, _f: PackageFacts, _p: Policy) -> Iterable[Finding]:
    for number in range(60):
        yield Finding("many", f"many-{number}", Status.WARN, "advice")
    yield Finding("many", "many-last", Status.FAIL, "a failure behind all the advice")


def test_of_many_findings_the_worst_are_kept_and_the_others_counted() -> None:
    found = run_checks(model(), facts(known_size(5)), GUIX, {"many": _worst_last})
    assert [finding.code for finding in found][-2:] == ["many-last", "many-more"]
    assert len(found) == 51
    assert found[-1].status is Status.NOTE
    assert found[-1].message.startswith("11 more findings")


PLUGIN = """
from bot.checks.finding import Finding, Status

def check_colour(model, facts, policy):
    yield Finding("colour", "colour-ok", Status.NOTE, model.change.package.name)
"""


def test_checks_of_other_distributions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weighbridge_colour.py").write_text(PLUGIN)
    metadata = tmp_path / "weighbridge_colour-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: weighbridge-colour\nVersion: 1\n"
    )
    (metadata / "entry_points.txt").write_text(
        "[weighbridge.checks]\ncolour = weighbridge_colour:check_colour\n"
        "gone = weighbridge_missing:check\nlicense = weighbridge_colour:check_colour\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    all_checks.cache_clear()
    try:
        found = run_checks(model(), facts(known_size(5)), GUIX)
    finally:
        all_checks.cache_clear()
        sys.modules.pop("weighbridge_colour", None)
    codes = {finding.code: finding for finding in found}
    assert codes["colour-ok"].message == "vosk-model-small-xx"
    assert codes["gone-failed"].status is Status.UNKNOWN
    assert "could not be loaded" in codes["gone-failed"].message
    assert codes["license-ok"].check == "license"
