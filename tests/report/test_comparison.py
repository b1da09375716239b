# SPDX-License-Identifier: GPL-3.0-or-later
"""One revision against the one before."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.report.comparison import compare
from bot.report.json_form import report_to_json
from bot.report.report import Report
from tests.checks.factory import GOOD, UNFLAGGED, facts, known_size, model, package_report, report

UNLICENSED = replace(GOOD, name="other-model", license_statement="false", licenses=())
SIZE = facts(known_size(1000))


def _before(made: Report) -> dict[str, object]:
    stored: dict[str, object] = json.loads(json.dumps(report_to_json(made)))
    return stored


def test_fixed_new_and_remaining() -> None:
    first = report(package_report(model(UNFLAGGED), SIZE), package_report(model(UNLICENSED), SIZE))
    second = report(
        package_report(model(), SIZE),
        package_report(model(replace(UNLICENSED, substitutable=None)), SIZE),
        revision=2,
    )
    difference = compare(_before(first), second)
    assert [(p.package, p.code) for p in difference.fixed] == [
        ("vosk-model-small-xx", "substitutable-missing")
    ]
    assert [(p.package, p.code) for p in difference.new] == [
        ("other-model", "substitutable-missing")
    ]
    assert [(p.package, p.code) for p in difference.remaining] == [
        ("other-model", "license-missing")
    ]
    assert difference.changed
    assert difference.previous_revision == 1


def test_the_same_result_is_no_change() -> None:
    first = report(package_report(model(UNFLAGGED), SIZE))
    second = report(package_report(model(replace(UNFLAGGED, version="0.16")), SIZE), revision=2)
    difference = compare(_before(first), second)
    assert not difference.changed
    assert len(difference.remaining) == 1


def test_a_server_that_does_not_answer_is_no_change() -> None:
    first = report(package_report(model(UNFLAGGED), SIZE))
    second = report(package_report(model(UNFLAGGED), facts()), revision=2)
    difference = compare(_before(first), second)
    assert [point.code for point in difference.new] == ["size-unknown"]
    assert not difference.changed


def test_a_model_that_came_or_went_is_a_change() -> None:
    other = replace(GOOD, name="other-model")
    first = report(package_report(model(), SIZE))
    second = report(package_report(model(), SIZE), package_report(model(other), SIZE), revision=2)
    assert compare(_before(first), second).changed
    assert compare(_before(second), first).changed


def test_a_stored_form_that_is_odd_is_read_as_far_as_it_goes() -> None:
    made = report(package_report(model(UNFLAGGED), SIZE))
    for odd in ({}, {"packages": None}, {"packages": [1, {"findings": ["x", {"status": "fail"}]}]}):
        assert compare(odd, made).changed
