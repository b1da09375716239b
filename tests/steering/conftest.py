# SPDX-License-Identifier: GPL-3.0-or-later
"""A bot that has judged some of the bundled mail, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.application import Application, open_application
from tests.service.archive import MAILS, Archive, Clock

CASES = (
    "02-dictation-tool",
    "03-vosk-model",
    "05-two-models-two-revisions",
    "06-torrent-without-licence",
    "13-other-repository",
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive: two series with something to fix, one without, two of no model."""
    made = Archive(tmp_path)
    for case in CASES:
        made.put(MAILS[case])
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def judged(request: pytest.FixtureRequest, archive: Archive) -> Iterator[Application]:
    """Yield a bot in moderated mode: everything is judged, and every answer is held."""
    changes = {}
    if request.param == "postgresql":
        changes["database"] = request.getfixturevalue("postgresql_url")
    with open_application(archive.config("moderated", **changes), Clock()) as application:
        application.run_once()
        yield application
