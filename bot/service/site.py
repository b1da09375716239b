# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the site that the configuration describes, for the service and the command."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bot.application import Application
from bot.config import Config, ConfigError
from bot.policy.load import PolicyError, load_policy
from bot.site.build import SiteOutcome, write_site
from bot.site.settings import SiteSettings

_log = logging.getLogger("weighbridge.site")
_GUIX_PATCHES = "guix-patches@gnu.org"
_ARCHIVE = "https://yhetil.org/guix-patches/{message_id}/"
_TRACKER = "https://debbugs.gnu.org/{issue}"


def site_settings(config: Config, notice: str = "") -> SiteSettings:
    """Return what the site is written with; raises ``ConfigError`` for an unusable policy.

    Links go to the archive and the tracker of guix-patches only where that is the list.
    """
    try:
        policy = load_policy(config.policy)
    except PolicyError as error:
        raise ConfigError("policy", tuple(str(error).splitlines())) from error
    site, address = config.site, config.mailing_list.address
    is_guix = address == _GUIX_PATCHES
    return SiteSettings(
        title=site.title or config.bot.name,
        policy=policy,
        mode=config.mode,
        list_address=address,
        base_url=site.base_url,
        archive_url=(_ARCHIVE if is_guix else "") if site.archive_url is None else site.archive_url,
        issue_url=(_TRACKER if is_guix else "") if site.issue_url is None else site.issue_url,
        notice=notice,
    )


def refresh_site(
    application: Application, stopping: Callable[[], bool] = lambda: False
) -> SiteOutcome | None:
    """Bring the configured site up to date; None where none is configured.

    Raises ``SiteError``, ``StoreError``, ``ConfigError`` and ``OSError``.
    """
    directory = application.config.site.directory
    if directory is None:
        return None
    return write_application_site(application, directory, stopping)


def write_application_site(
    application: Application, directory: Path, stopping: Callable[[], bool] = lambda: False
) -> SiteOutcome:
    """Write the site of an application's database into ``directory``; raises the same."""
    settings = site_settings(application.config)
    outcome = write_site(application.database, settings, directory, stopping)
    if outcome.written or outcome.removed:
        extra = {"files": outcome.files, "written": outcome.written, "removed": outcome.removed}
        _log.info("site written", extra=extra)
    return outcome
