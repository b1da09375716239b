# SPDX-License-Identifier: GPL-3.0-or-later
"""What the site links to follows from the list that is watched."""

from __future__ import annotations

import pytest

from bot.application import open_application
from bot.config import ConfigError
from bot.service.site import refresh_site, site_settings
from tests.service.archive import MAILS, Archive, Clock


def test_links_of_guix_patches_go_to_its_archive_and_tracker(archive: Archive) -> None:
    settings = site_settings(archive.config())
    assert settings.archive_url == "https://yhetil.org/guix-patches/{message_id}/"
    assert settings.issue_url == "https://debbugs.gnu.org/{issue}"
    assert settings.title == "Weighbridge"
    assert settings.mode == "live"


def test_another_list_has_no_links_unless_they_are_named(archive: Archive) -> None:
    other = {"address": "patches@example.org", "reply_to": "patches@example.org"}
    settings = site_settings(archive.config(list=other))
    assert (settings.archive_url, settings.issue_url) == ("", "")
    named = {"archive_url": "https://example.org/{message_id}", "issue_url": ""}
    settings = site_settings(archive.config(list=other, site=named))
    assert settings.archive_url == "https://example.org/{message_id}"


def test_a_policy_that_cannot_be_used(archive: Archive) -> None:
    with pytest.raises(ConfigError, match="there is no policy 'nonsense'"):
        site_settings(archive.config(policy="nonsense"))


def test_no_site_unless_it_is_configured(archive: Archive) -> None:
    archive.put(MAILS["06-torrent-without-licence"])
    with open_application(archive.config(), Clock()) as application:
        assert refresh_site(application) is None
    configured = archive.config(site={"directory": str(archive.directory / "site")})
    with open_application(configured, Clock()) as application:
        application.run_once()
        outcome = refresh_site(application)
        assert outcome is not None
        assert outcome.threads == 1
        again = refresh_site(application)
        assert again is not None
        assert again.written == 0
