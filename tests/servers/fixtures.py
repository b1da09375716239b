# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers as pytest fixtures; a test that takes one is marked ``server`` by itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.servers.chromium import chromium_browser
from tests.servers.dovecot import Dovecot, dovecot_server
from tests.servers.postfix import Postfix, postfix_server
from tests.servers.postgresql import PostgreSQL, postgresql_server
from tests.servers.public_inbox import PublicInbox, public_inbox_server

_SERVERS = {"chromium", "public_inbox", "dovecot", "postfix", "postgresql", "postgresql_url"}
_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the marker ``server`` to every test that takes one of these fixtures."""
    for item in items:
        if _SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.server)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield one browser for a module; each test makes a context of its own in it.

    No longer than that: while it is there an event loop counts as running in this thread, and
    ``asyncio.run`` refuses to work.  What a module needs that was mailed is a session's fixture.
    """
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def public_inbox() -> Iterator[PublicInbox]:
    """Yield an empty archive of guix-patches@gnu.org, served over HTTP."""
    with public_inbox_server() as archive:
        yield archive


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """Yield an IMAP server with the empty account ``bot``, password ``s3cret``."""
    with dovecot_server() as server:
        yield server


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    """Yield an SMTP server that takes any recipient of ``RECIPIENT_DOMAINS``."""
    with postfix_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Yield one PostgreSQL for the whole run."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> str:
    """Return the URL of a new, empty database."""
    return postgresql.create_database(f"test{next(_numbers)}")
