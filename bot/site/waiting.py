# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for whom: the author, a maintainer, or the bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.site.document import ReadReport
from bot.site.revisions import Revision, all_findings, current
from bot.site.words import minute, plural, reason
from bot.store.threads import StoredThread

Who = Literal["author", "maintainer", "bot"]
_LEAVING = frozenset({"pending", "sending"})
_HELD = "held"
_FAILED = "failed"
_UNTOLD = frozenset({"pending", "held", "failed"})


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody's turn, and why."""

    who: Who
    why: str


def waits_of(thread: StoredThread, revisions: Sequence[Revision]) -> tuple[Wait, ...]:
    """Return whose turn it is; nobody's where the issue is closed, ignored, or all is well."""
    if thread.ended_at is not None:
        return ()
    found = [*_of_answers(thread), *_of_revisions(revisions)]
    now = current(revisions)
    unread = any(one.due_at is not None for one in revisions)
    if now is None or now.report is None or unread:
        return tuple(found)
    states = {answer.state for answer in thread.answers}
    if not states & _UNTOLD:
        found += _of_author(thread, now.report, told=bool(states - {"cancelled"}))
    found += _of_unknown(now.report)
    return tuple(found)


def _of_answers(thread: StoredThread) -> Iterator[Wait]:
    for answer in thread.answers:
        if answer.state in _LEAVING:
            yield Wait("bot", "its answer is about to leave")
        elif answer.state == _HELD and answer.hold == "limit":
            yield Wait("bot", "its answer leaves when the limits on mail allow it")
        elif answer.state == _HELD:
            yield Wait("maintainer", "an answer waits to be approved")
        elif answer.state == _FAILED:
            yield Wait("maintainer", "an answer could not be delivered")


def _of_revisions(revisions: Sequence[Revision]) -> Iterator[Wait]:
    for one in revisions:
        if one.due_at is not None:
            yield Wait("bot", f"{one.label} is judged from {minute(one.due_at)} on")


def _of_author(thread: StoredThread, report: ReadReport, *, told: bool) -> Iterator[Wait]:
    """What the author is asked for; and where nobody told the author, why not."""
    statuses = [finding.status for finding in all_findings(report)]
    fails, warns = statuses.count("fail"), statuses.count("warn")
    if not fails and not warns:
        return
    parts = [f"{fails} to fix" if fails else "", f"{warns} advised" if warns else ""]
    why = ", ".join(filter(None, parts))
    silent = next((one for one in reversed(thread.decisions) if not one.answer), None)
    if not told and silent is not None:
        why += f" (not told: {reason(silent.reason)})"
    yield Wait("author", why)


def _of_unknown(report: ReadReport) -> Iterator[Wait]:
    unknown = [finding for finding in all_findings(report) if finding.status == "unknown"]
    if unknown:
        count = len(unknown)
        yield Wait("maintainer", f"{plural(count, 'thing')} to find out: {unknown[0].message}")
