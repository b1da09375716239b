# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the mails and patches that a person hands in: sends nothing and keeps nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.checks.finding import Status
from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.eligibility import OTHER_REPOSITORIES, set_aside_reason
from bot.mail.errors import MessageError
from bot.mail.grouping import group_series
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.mail.reroll import with_carried_over
from bot.mail.series import Series
from bot.report.report import Report
from bot.sources.files import read_paths
from bot.sources.interface import RawMessage
from bot.sources.unreadable import Found

_LOG = logging.getLogger("weighbridge.check")


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What came of the input."""

    reports: tuple[Report, ...]
    left_alone: tuple[tuple[str, str], ...]
    """(location, reason) of mails that the service would not triage either."""
    errors: tuple[tuple[str, str], ...]
    """(location, reason) of what could not be read."""

    @property
    def failed(self) -> bool:
        """Whether any series fails."""
        return any(report.verdict is Status.FAIL for report in self.reports)


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges input as the service would judge the same mails."""

    judge: Callable[[Series], Report]
    identity: OwnIdentity = field(default_factory=OwnIdentity)
    repositories: Collection[str] = OTHER_REPOSITORIES
    limits: Limits = DEFAULT_LIMITS

    def check(
        self, paths: Iterable[str | Path], progress: Callable[[int], None] = lambda _count: None
    ) -> CheckRun:
        """Read ``paths`` (see ``read_paths``) and judge every series in them."""
        return self.check_found(read_paths(paths, self.limits), progress)

    def check_found(
        self, found: Iterable[Found], progress: Callable[[int], None] = lambda _count: None
    ) -> CheckRun:
        """Judge every series among the mails ``found``.

        ``progress`` is called with the number of mails read so far.  Never raises for what is
        in them.
        """
        messages: list[Message] = []
        left_alone: list[tuple[str, str]] = []
        errors: list[tuple[str, str]] = []
        for count, one in enumerate(found, start=1):
            progress(count)
            if not isinstance(one, RawMessage):
                errors.append((one.location, one.reason))
                continue
            try:
                message = parse_message(one.content, self.identity, self.limits)
            except MessageError as error:
                errors.append((one.location, str(error)))
                continue
            reason = set_aside_reason(message, self.repositories)
            if reason:
                left_alone.append((one.location, reason))
            else:
                messages.append(message)
        series = group_series(messages)
        reports: list[Report] = []
        for each in series:
            try:
                reports.append(self.judge(with_carried_over(each, series)))
            except Exception as error:  # noqa: BLE001  (one stranger's series must not hide the rest)
                _LOG.debug("a series cannot be judged", exc_info=error)
                errors.append((each.subject, f"it cannot be judged ({type(error).__name__})"))
        return CheckRun(tuple(reports), tuple(left_alone), tuple(errors))
