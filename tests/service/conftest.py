# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the service begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.reply.made import NOW
from tests.service.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an empty archive in a directory of its own."""
    return Archive(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database."""
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    database = Database(url)
    upgrade(database, NOW)
    yield database
    database.close()
