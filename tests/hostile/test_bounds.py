# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bound leaves out is told, what may be a model is read first, and always the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.limits import DEFAULT_LIMITS, Limits
from bot.report.json_form import report_to_json
from bot.report.markdown import markdown_text
from bot.report.report import Report
from bot.report.text import mail_text
from tests.hostile.judging import all_forms, report_of, series_of
from tests.hostile.mails import MODULE, changed_file, hunk, new_file, patch_mail
from tests.hostile.packages import model, package

ROOT = Path(__file__).resolve().parents[2]
_FEW = {
    "packages": (replace(DEFAULT_LIMITS, packages_per_series=3), "3 of them are looked at"),
    "text": (replace(DEFAULT_LIMITS, series_characters=2_000), "of them are looked at"),
    "data": (replace(DEFAULT_LIMITS, data_per_series=1_000), "more work than is done for one"),
    "steps": (
        replace(DEFAULT_LIMITS, evaluation_steps_per_series=2_000),
        "more work than is done for one",
    ),
}
_BOUNDS = pytest.mark.parametrize(("limits", "told"), _FEW.values(), ids=_FEW)
_SCRIPT = """
from tests.hostile.cases import CASES
from tests.hostile.test_bounds import stated
import sys
for name in sys.argv[1:]:
    print(stated(CASES[name].make(CASES[name].small)))
"""


def _hunks(definitions: list[list[str]]) -> str:
    starts = range(1, 50 * len(definitions), 50)
    added = ([*(f"+{line}" for line in lines[:-1]), " "] for lines in definitions)
    return changed_file(
        hunk(start, lines, shift=(start // 50) * 12)
        for start, lines in zip(starts, added, strict=True)
    )


def _mails(*, as_hunks: bool) -> list[bytes]:
    """Return a patch of forty packages, of which one in the middle and the last are models."""
    definitions = [package(f"p{number}") for number in range(40)]
    definitions[20], definitions[39] = model("urgent-net"), model("last-net")
    if as_hunks:
        return [patch_mail(_hunks(definitions))]
    return [patch_mail(new_file([*MODULE, *(line for one in definitions for line in one)]))]


def stated(mails: list[bytes]) -> str:
    """Return all that is reported of mails, in each form."""
    report, series = report_of(mails), series_of(mails)
    stored = json.dumps(report_to_json(report, all_packages=True))
    return "\n".join([stored, mail_text(report), all_forms(series, report).decode()])


def _names(report: Report) -> list[str | None]:
    return [one.model.change.package.name for one in report.packages]


@_BOUNDS
def test_models_are_read_first_and_the_rest_is_told(limits: Limits, told: str) -> None:
    _models_are_read_first(_mails(as_hunks=False), limits, told)


@pytest.mark.parametrize("name", sorted({*_FEW} - {"data"}))  # data are counted in whole files
def test_of_hunks_too(name: str) -> None:
    _models_are_read_first(_mails(as_hunks=True), *_FEW[name])


def _models_are_read_first(mails: list[bytes], limits: Limits, told: str) -> None:
    everything = report_of(mails)
    assert len(everything.packages) + len(everything.other_packages) == 40
    assert not any("looked at" in note for note in everything.notes)

    bounded = report_of(mails, limits)
    assert _names(bounded) == ["urgent-net", "last-net"]
    assert bounded.packages == everything.packages
    assert len(bounded.other_packages) < 38
    assert any(told in note for note in bounded.notes)


@_BOUNDS
def test_each_form_of_a_report_tells_that_a_bound_was_reached(limits: Limits, told: str) -> None:
    mails = _mails(as_hunks=False)
    report = report_of(mails, limits)
    stored = json.dumps(report_to_json(report, all_packages=True))
    for form in (stored, mail_text(report), markdown_text(report)):
        assert told in " ".join(form.split())


def test_that_not_all_definitions_were_looked_for_is_told() -> None:
    report = report_of(_mails(as_hunks=False), replace(DEFAULT_LIMITS, scheme_forms=10))
    assert any("more than 10 packages" in note for note in report.notes)


def test_the_same_patch_has_the_same_report_every_time() -> None:
    """In other processes, with other hashes, and however fast the machine is."""
    names = ["models in a new file", "hunks of users", "models moved to another file",
             "a series that adds to one file", "heirs of a model of many origins",
             "a new file of packages without end"]  # fmt: skip
    said = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, *names],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1
    assert said.pop().count("Verdict:") >= len(names)
