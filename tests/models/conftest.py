# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a fresh repository for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.patch.clone import Clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")
