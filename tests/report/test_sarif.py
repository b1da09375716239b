# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as SARIF, held against the part of its schema that is used.

The schema below states, in this project's words, what the properties that are written must be by
the standard (sections in the titles); whatever else is written is an error.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from bot.report.sarif import document_to_sarif
from tests.checks.factory import (
    GOOD,
    UNFLAGGED,
    ZIP,
    facts,
    known_size,
    model,
    package_report,
    report,
)


def _object(required: list[str], **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _list(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "minItems": least, "items": items}


TEXT = {"type": "string", "minLength": 1}
MESSAGE = _object(["text"], text=TEXT)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION = _object(
    ["physicalLocation"],
    physicalLocation=_object(
        ["artifactLocation"],
        artifactLocation=_object(
            ["uri"],
            uri={"type": "string", "pattern": r"^[^\s\\:]*$"},
            uriBaseId={"const": "SRCROOT"},
        ),
        region=_object(["startLine"], startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=_list(_object(["name"], name={"type": "string"}, kind=TEXT)),
)
RESULT: dict[str, Any] = {
    "title": "result object, 3.27",
    **_object(
        ["message"],
        ruleId=TEXT,
        ruleIndex={"type": "integer", "minimum": 0},
        kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        level=LEVEL,
        message=MESSAGE,
        locations=_list(LOCATION),
    ),
    "if": {"properties": {"kind": {"not": {"const": "fail"}}}},
    "then": {"properties": {"level": {"const": "none"}}},
}
RULE = {
    "title": "reportingDescriptor object, 3.49",
    **_object(["id"], id=TEXT, helpUri={"type": "string", "pattern": "^https?://"}, properties={}),
}
RUN = {
    "title": "run object, 3.14",
    **_object(
        ["tool"],
        tool=_object(
            ["driver"], driver=_object(["name"], name=TEXT, version=TEXT, rules=_list(RULE))
        ),
        columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        originalUriBaseIds={
            "type": "object",
            "additionalProperties": _object([], uri=TEXT, description=MESSAGE),
        },
        results=_list(RESULT),
        invocations=_list(
            _object(
                ["executionSuccessful"],
                executionSuccessful={"type": "boolean"},
                toolExecutionNotifications=_list(
                    _object(["message"], level=LEVEL, message=MESSAGE)
                ),
            )
        ),
    ),
}
SARIF = {
    "title": "sarifLog object, 3.13",
    **_object(
        ["version", "runs"],
        **{"$schema": {"type": "string", "pattern": "^https://"}},
        version={"const": "2.1.0"},
        runs=_list(RUN, 1),
    ),
}

HOSTILE = replace(GOOD, name="x\x1b[31m\u202e", file="../a b\\c:\x00\N{SNOWMAN}", line=0)
UNLICENSED = replace(GOOD, license_statement="false", licenses=())
ZEROS = replace(GOOD, origins=(replace(ZIP, hash="0" * 52),))
DOCUMENTS = [
    document_to_sarif([], []),
    document_to_sarif([], [("broken.patch", "cannot be read\x00")]),
    document_to_sarif([report(package_report(model(), facts(known_size(1))))], []),
    document_to_sarif(
        [
            report(
                package_report(model(UNFLAGGED), facts(known_size(2_000_000_000))),
                package_report(model(UNLICENSED), facts()),
                package_report(model(ZEROS), facts()),
                package_report(model(replace(HOSTILE, substitutable=None)), facts()),
            )
        ],
        [],
    ),
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_it_is_valid(document: dict[str, Any]) -> None:
    jsonschema.Draft7Validator.check_schema(SARIF)
    jsonschema.validate(json.loads(json.dumps(document)), SARIF)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_results_name_a_rule_that_is_there(document: dict[str, Any]) -> None:
    run = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].isprintable()


def test_statuses_and_lines() -> None:
    results: dict[str, Any] = {}
    for result in DOCUMENTS[3]["runs"][0]["results"]:
        results.setdefault(result["ruleId"], result)
    assert (results["license-missing"]["kind"], results["license-missing"]["level"]) == (
        "fail",
        "error",
    )
    assert results["substitutable-missing"]["level"] == "warning"
    assert results["size-unknown"]["kind"] == "open"
    assert results["pinned-ok"]["kind"] == "pass"
    place = results["substitutable-missing"]["locations"][0]["physicalLocation"]
    assert place["region"]["startLine"] == 22
    assert place["artifactLocation"]["uri"] == "gnu/packages/machine-learning.scm"


def test_input_that_was_not_read_is_an_error_of_the_run() -> None:
    invocation = DOCUMENTS[1]["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["level"] == "error"
