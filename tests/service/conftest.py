# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the service begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.service.archive import Archive
from tests.store.empty import KINDS, empty_database


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive in a directory of its own."""
    return Archive(tmp_path)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database."""
    with empty_database(request, tmp_path) as made:
        yield made
