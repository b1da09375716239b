# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the service begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive in a directory of its own."""
    return Archive(tmp_path)
