# SPDX-License-Identifier: GPL-3.0-or-later
"""The collector is left as it was found, whoever ends first."""

from __future__ import annotations

import gc

import pytest

from bot.service.collecting import seldom_collected


def test_it_runs_seldom_and_then_as_before() -> None:
    usual = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > 10 * usual[0]
        assert gc.get_threshold()[1:] == usual[1:]
    assert gc.get_threshold() == usual


def test_it_stays_seldom_until_the_last_has_left() -> None:
    usual = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() != usual
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_an_error_changes_nothing_about_that() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="bad"), seldom_collected():
        raise ValueError("bad")
    assert gc.get_threshold() == usual
