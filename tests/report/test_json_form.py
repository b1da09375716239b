# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON form, key by key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from bot.guix.package import Substitutable
from bot.report.json_form import document_to_json, report_to_json
from bot.upstream.facts import PackageFacts
from tests.checks.factory import (
    GOOD,
    UNFLAGGED,
    facts,
    known_size,
    model,
    package_report,
    report,
)


def test_the_keys_of_the_contract() -> None:
    made = report(package_report(model(UNFLAGGED), facts(known_size(41205931))))
    document = document_to_json("guix", [made], [("x.patch", "cannot be read")])
    assert document["version"] == 1
    assert document["policy"] == "guix"
    assert document["errors"] == [{"source": "x.patch", "message": "cannot be read"}]
    series = document["series"][0]
    assert {
        key: series[key]
        for key in ("subject", "author", "issue", "revision", "patches", "missing", "message_ids")
    } == {
        "subject": "gnu: Add vosk-model-small-xx.",
        "author": "Ada Author <ada@example.org>",
        "issue": 70001,
        "revision": 1,
        "patches": 1,
        "missing": [],
        "message_ids": ["patch@example.org"],
    }
    assert series["verdict"] == "warn"
    package = series["packages"][0]
    assert package["name"] == "vosk-model-small-xx"
    assert package["change"] == "added"
    assert package["model"] is True
    assert package["build_system"] == "copy"
    assert package["substitutable"] is None
    assert package["evidence"] == [{"kind": "model-host", "detail": "alphacephei.example"}]
    assert package["licenses"] == [{"variable": "asl2.0", "spdx": "Apache-2.0", "verdict": "free"}]
    assert package["origins"][0]["size"] == 41205931
    assert package["origins"][0]["weights"] is True
    assert package["origins"][0]["pinned"] is None
    finding = next(item for item in package["findings"] if item["status"] == "warn")
    assert finding["check"] == "substitutable"
    assert finding["code"] == "substitutable-missing"
    assert finding["line"] == 22
    assert "#:substitutable? #f" in finding["scheme"]
    json.dumps(document)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (False, False),
        (True, True),
        ("conditional", "conditional"),
        ("unknown", None),
        (None, None),
    ],
)
def test_substitutable_as_the_definition_says_it(value: Substitutable, expected: object) -> None:
    made = report(package_report(model(replace(GOOD, substitutable=value)), facts()))
    assert report_to_json(made)["packages"][0]["substitutable"] == expected


def test_the_authors_lines_stand_beside_the_findings_that_point_at_them() -> None:
    package = replace(
        package_report(model(UNFLAGGED), facts()),
        quotes={22: "(arguments ...)", 9: "(source x)"},
        excerpt={22: "    (arguments ...)"},
    )
    made = report_to_json(report(package))["packages"][0]
    assert made["quotes"] == [
        {"line": 9, "text": "(source x)"},
        {"line": 22, "text": "(arguments ...)"},
    ]
    assert made["excerpt"] == [{"line": 22, "text": "    (arguments ...)"}]


def test_what_was_learnt_of_weights_has_its_place_and_time() -> None:
    made = report(package_report(model(UNFLAGGED), facts(known_size(41205931))))
    learnt = report_to_json(made)["packages"][0]["origins"][0]["learnt"]
    assert learnt["size"]["value"] == 41205931
    assert learnt["size"]["source"].startswith("https://")
    assert datetime.fromisoformat(learnt["size"]["learnt_at"]).tzinfo is not None
    assert learnt["license"] is None
    nothing_asked = report(package_report(model(UNFLAGGED), PackageFacts()))
    assert report_to_json(nothing_asked)["packages"][0]["origins"][0]["learnt"] is None


def test_other_packages_only_when_asked() -> None:
    other = package_report(
        model(replace(GOOD, name="tool"), (), is_model=False, needs_report=False), facts()
    )
    made = report(other_packages=(other,))
    assert report_to_json(made)["packages"] == []
    listed = report_to_json(made, all_packages=True)["packages"]
    assert [(item["name"], item["model"], item["findings"]) for item in listed] == [
        ("tool", False, [])
    ]
    assert report_to_json(made)["verdict"] == "none"
