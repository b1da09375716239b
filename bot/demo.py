# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: the whole job on the bundled archive, with nothing sent and nothing kept.

The sample mails are put into a Maildir day by day, as they would have come, and each day is polled,
triaged and answered through the same code that serves a real archive.  The clock is the archive's,
not this machine's; what publishers say comes from recorded answers, as made up as the mails.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.resources import as_file, files
from itertools import groupby
from mailbox import Maildir
from pathlib import Path

import bot.samples
from bot.application import Application, open_application
from bot.config import BotSettings, Config, SiteConfig, SourceKind, SourceSettings
from bot.samples import Conversation, conversations
from bot.service.outcome import PollOutcome
from bot.service.site import site_settings
from bot.service.wiring import open_triage
from bot.site.build import write_site
from bot.upstream.cache import recorded_answers
from bot.upstream.finder import OfflineFactFinder

_SETTLED = timedelta(hours=12)
"""How long after the last mail of a day it is polled: longer than any settle time."""
_NOTICE = (
    "A demonstration on made-up mail: nobody wrote it, nothing was sent, and links into the "
    "archive and the tracker lead nowhere."
)


def run_demo(
    directory: Path,
    policy: str,
    archive: Iterable[Conversation] | None = None,
    site: Path | None = None,
) -> PollOutcome:
    """Work through ``archive`` (the bundled one unless given) and return all that came of it.

    ``directory`` (empty) takes the Maildir and the database; ``policy`` is a name or a file;
    ``site`` the pages about it, if any are wanted.  Raises ``SiteError`` where these cannot be
    written.
    """
    given = conversations() if archive is None else archive
    place = directory / "archive"
    config = _config(directory, place, policy)
    maildir = Maildir(place)
    clock = _Clock()
    outcome = PollOutcome()
    with open_application(
        config, clock, lambda: open_triage(config, recorded_finder())
    ) as application:
        for day, mails in groupby(_by_date(given), key=lambda mail: mail[0].date()):
            for date, content in mails:
                maildir.add(content)
                clock.now = date + _SETTLED
            outcome += _one_day(application, day.isoformat())
        if site is not None:
            write_site(application.database, site_settings(config, _NOTICE), site)
    return outcome


class _Clock:
    """The archive's own time."""

    def __init__(self) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def recorded_finder() -> OfflineFactFinder:
    """Return a finder that knows what the sample archive's publishers say, and asks nobody."""
    with as_file(files(bot.samples) / "answers.json") as path:
        return OfflineFactFinder(recorded_answers(path))


def _one_day(application: Application, day: str) -> PollOutcome:
    outcome = application.run_once()
    if outcome.failures:
        raise RuntimeError(f"the sample archive of {day} was not read: {outcome.failures}")
    return outcome


def _by_date(archive: Iterable[Conversation]) -> list[tuple[datetime, bytes]]:
    mails = [(_date(mail), mail) for conversation in archive for mail in conversation.mails]
    return sorted(mails, key=lambda mail: mail[0])


def _date(content: bytes) -> datetime:
    """Return the Date header in UTC; the sample mails all have one."""
    header = content.partition(b"\n\n")[0].decode("ascii", "replace")
    line = next(line for line in header.splitlines() if line.startswith("Date: "))
    return parsedate_to_datetime(line.removeprefix("Date: ")).astimezone(UTC)


def _config(directory: Path, place: Path, policy: str) -> Config:
    return Config(
        data_directory=directory / "data",
        policy=policy,
        offline=True,
        bot=BotSettings(address="weighbridge@example.org", operator="operator@example.org"),
        sources=(
            SourceSettings(name="samples", kind=SourceKind.MAILDIR, path=place, since="beginning"),
        ),
        site=SiteConfig(
            archive_url="https://archive.example.org/{message_id}/",
            issue_url="https://tracker.example.org/{issue}",
        ),
    )
