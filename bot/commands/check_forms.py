# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which ``weighbridge check`` prints what came of its input."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.checking import CheckRun
from bot.checks.finding import Status
from bot.commands.check_text import run_text
from bot.policy.model import Policy
from bot.report.json_form import document_to_json
from bot.report.markdown import markdown_text
from bot.report.sarif import document_to_sarif


def _as_json(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    document = document_to_json(policy.id, run.reports, run.errors, all_packages)
    return json.dumps(document, indent=2) + "\n"


def _as_sarif(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    del policy, all_packages  # each result names its rule; what is no model has none
    return json.dumps(document_to_sarif(run.reports, run.errors), indent=2) + "\n"


def _as_markdown(run: CheckRun, policy: Policy, all_packages: bool) -> str:
    del policy, all_packages  # a pull request is told what was found, and by which policy
    judged = (report for report in run.reports if report.verdict is not Status.NONE)
    return "\n---\n\n".join(map(markdown_text, judged))


FORMS: dict[str, Callable[[CheckRun, Policy, bool], str]] = {
    "text": run_text,
    "json": _as_json,
    "markdown": _as_markdown,
    "sarif": _as_sarif,
}
"""By the value of ``--format``: the run, the policy, whether to list all packages, to text."""
