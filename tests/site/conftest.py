# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the pages begin with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo import run_demo
from bot.site.build import write_site
from bot.store.database import Database
from tests.site.made import SETTINGS, made_database
from tests.site.varied import fill


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty database."""
    with made_database(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the bundled conversations."""
    directory = tmp_path_factory.mktemp("sample")
    run_demo(tmp_path_factory.mktemp("work"), "guix", site=directory / "site")
    return directory / "site"


@pytest.fixture(scope="session")
def varied_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return ``varied``, a site of threads in every state, beside ``empty``, one of none."""
    directory = tmp_path_factory.mktemp("varied")
    with made_database(directory / "nothing") as made:
        write_site(made, SETTINGS, directory / "empty")
    with made_database(directory / "something") as made:
        fill(made)
        write_site(made, replace(SETTINGS, mode="dry-run"), directory / "varied")
    return directory
