# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty database of the kind that a fixture's parameter names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.migrate import upgrade

KINDS = ("sqlite", "postgresql")
_MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def empty_database(request: pytest.FixtureRequest, directory: Path) -> Iterator[Database]:
    """Yield one; the fixture that asks is parametrised by ``KINDS``."""
    url = f"sqlite:///{directory}/test.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    made = Database(url)
    upgrade(made, _MADE)
    yield made
    made.close()
