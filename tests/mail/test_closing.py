# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails that close an issue, and those that only look like it."""

from __future__ import annotations

import pytest

from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message


@pytest.mark.parametrize(
    ("header", "issues"),
    [
        ("To: 70001-done@debbugs.gnu.org", {70001}),
        (
            "To: <ada@example.net>\nCc: <70001-close@debbugs.gnu.org>, 70002-done@debbugs.gnu.org",
            {70001, 70002},
        ),
        ("X-Debbugs-Original-To: 70001-done@debbugs.gnu.org", {70001}),
        ("X-GNU-PR-Message: they-closed 70001", {70001}),
        ("X-GNU-PR-Message: closed 70001", {70001}),
        ("To: 70001@debbugs.gnu.org", set()),
        ("To: 70001-done@tracker.example", set()),
        ("To: 70001-submitter@debbugs.gnu.org", set()),
        ("X-GNU-PR-Message: followup 70001", set()),
        ("Subject: 70001-done@debbugs.gnu.org", set()),
    ],
)
def test_what_closes_an_issue(header: str, issues: set[int]) -> None:
    raw = f"From: ada@example.net\n{header}\n\nTo: 9-done@debbugs.gnu.org\n".encode()
    assert parse_message(raw, OwnIdentity()).closes == issues
