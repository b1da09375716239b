# SPDX-License-Identifier: GPL-3.0-or-later
"""A real archive that a test serves when it wants to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.sources import batches
from tests.servers.process import require, server_directory
from tests.servers.public_inbox import PublicInbox


@pytest.fixture
def archive() -> Iterator[PublicInbox]:
    """Yield an empty archive that nobody serves yet."""
    require("public-inbox-init", "public-inbox-httpd", "perl", "git")
    with server_directory("archive") as directory:
        yield PublicInbox(directory)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a batch be full at 200 mails."""
    monkeypatch.setattr(batches, "BATCH_MESSAGES", 200)
