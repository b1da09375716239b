# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a mail is left alone."""

from __future__ import annotations

import pytest

from bot.mail.eligibility import set_aside_reason
from tests.mail.mails import PATCH_BODY, parsed


def test_a_patch_and_a_cover_letter_are_not_left_alone() -> None:
    assert set_aside_reason(parsed()) is None
    assert set_aside_reason(parsed("[PATCH 0/2] Toys", "Two patches follow.\n")) is None


def test_a_member_without_scheme_counts_as_a_member() -> None:
    message = parsed("[PATCH 2/3] doc: Toys.", PATCH_BODY.replace(".scm", ".texi"))
    assert message.diffs
    assert set_aside_reason(message) is None


@pytest.mark.parametrize(
    ("subject", "body", "headers", "reason"),
    [
        ("x", PATCH_BODY, {"X-GNU-PR-Message": "ack 7"}, "the tracker itself"),
        ("x", PATCH_BODY, {"Auto-Submitted": "auto-replied"}, "an automatic mail"),
        ("x", PATCH_BODY, {"X-Weighbridge": "1"}, "a mail of this bot"),
        ("[PATCH guix-artwork v2] x", PATCH_BODY, {}, "another repository (guix-artwork)"),
        ("Re: [PATCH] x", "> diff --git a/x.scm b/x.scm\nNice.\n", {}, "only quotes a patch"),
        ("Re: [PATCH] x", "Thanks!\n", {}, "a reply without a patch"),
        ("A question", "How do I add a model?\n", {}, "no patch in it"),
        ("[PATCH] x", PATCH_BODY.replace(".scm", ".texi"), {}, "touches no Scheme file"),
    ],
)
def test_reasons(subject: str, body: str, headers: dict[str, str], reason: str) -> None:
    assert reason in (set_aside_reason(parsed(subject, body, headers)) or "")


def test_the_repositories_can_be_told() -> None:
    message = parsed("[PATCH my-channel] x")
    assert set_aside_reason(message) is None
    assert "my-channel" in (set_aside_reason(message, ("My-Channel",)) or "")
