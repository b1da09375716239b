# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses at which a list or the tracker takes commands: never a person's."""

from __future__ import annotations

import pytest

from bot.mail.identity import OwnIdentity


@pytest.mark.parametrize(
    "email",
    [
        "control@debbugs.gnu.org",
        "control@DEBBUGS.gnu.org.",
        "999-done@bugs.debbugs.gnu.org",
        "guix-patches-join@gnu.org",
        "guix-patches-confirm+abc@gnu.org",
        "guix-devel-leave@GNU.org.",
        "guix-patches-unsubscribe@gnu.org",
    ],
)
def test_takes_commands(email: str) -> None:
    assert OwnIdentity().is_public(email)


@pytest.mark.parametrize("email", ["ada@example.org", "ada@notdebbugs.gnu.org", "guix@gnu.org"])
def test_is_a_persons(email: str) -> None:
    assert not OwnIdentity().is_public(email)
