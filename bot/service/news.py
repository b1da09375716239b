# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells those who have subscribed to an issue when its result changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.checks.finding import Status
from bot.mail.series import Series
from bot.reply.compose import Letterhead
from bot.reply.decide import Manners
from bot.reply.letter import Letter, compose_letter
from bot.reply.release import share_taken
from bot.report.clean import one_line
from bot.report.comparison import Difference, compare
from bot.report.report import Report
from bot.report.text import Closing, mail_text
from bot.service.letters import Posting, Written, post
from bot.store.orders import Subscription, unsubscribe
from bot.store.reports import StoredReport

_log = logging.getLogger("weighbridge.news")


@dataclass(frozen=True, slots=True)
class News:
    """A new report, and the one before."""

    series: Series
    report: Report
    last: StoredReport | None
    """The newest report on any revision of the change before this one."""
    report_id: int

    @property
    def difference(self) -> Difference | None:
        """Against the report before."""
        return compare(self.last.document, self.report) if self.last else None

    @property
    def is_new(self) -> bool:
        """Whether the result is another one than before."""
        difference = self.difference
        if difference is None:
            return self.report.verdict is not Status.NONE
        return difference.changed or difference.verdict_before != difference.verdict_now


@dataclass(frozen=True, slots=True)
class NewsDesk:
    """Writes to subscribers."""

    letterhead: Letterhead
    manners: Manners
    rehearsal: bool

    def tell(
        self,
        connection: Connection,
        subscriptions: Iterable[Subscription],
        news: News,
        now: datetime,
    ) -> tuple[Written, ...]:
        """Write to whoever wants to know of ``news``, and return the letters; who asked for one
        result is done."""
        is_new = news.is_new
        letters = []
        for one in subscriptions:
            if one.once or is_new:
                letters.append(self._write(connection, one, news, now))
            if one.once:
                unsubscribe(connection, [one.issue], one.address)
        return tuple(letter for letter in letters if letter)

    def _write(
        self, connection: Connection, to: Subscription, news: News, now: datetime
    ) -> Written | None:
        letter = Letter(
            recipient=to.address,
            subject=_subject(to, news.report),
            text="\n".join(_text(to, news, self.letterhead)),
            seed="\0".join(("news", to.address, str(to.issue), str(news.report_id))),
            mark=f"news; verdict={news.report.verdict}",
        )
        try:
            mail = compose_letter(letter, self.letterhead, now)
        except ValueError as error:  # the address was good when it subscribed
            _log.warning("a subscriber cannot be written to", extra={"reason": str(error)})
            return None
        limit = share_taken(connection, self.manners, now)
        posting = Posting(mail, "news", to.issue, "subscribed", self.rehearsal)
        return post(connection, posting, now, limit)


def _subject(to: Subscription, report: Report) -> str:
    return f"{to.issue} v{report.revision}: {report.verdict} - {one_line(report.subject, 150)}"


def _text(to: Subscription, news: News, letterhead: Letterhead) -> Iterator[str]:
    report, last = news.report, news.last
    before = f", was {last.verdict}" if last and last.verdict != report.verdict else ""
    # Indented: what others wrote must not read as a command where the mail is quoted.
    yield f"  {one_line(report.subject, 200)}"
    yield f"issue {to.issue}, v{report.revision}: {report.verdict}{before}"
    yield ""
    if report.verdict is Status.NONE:
        yield "No package in it ships trained parameters."
    else:
        yield mail_text(report, news.difference, Closing(ask_again="")).rstrip("\n")
    yield ""
    if to.once:
        yield "You asked for this one result."
    else:
        yield f'To get no more of these, write "unsubscribe {to.issue}" to'
        yield letterhead.address
