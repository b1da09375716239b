# SPDX-License-Identifier: GPL-3.0-or-later
"""How all stands, and lists of series and of held mail, in short lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bot.reply.outbox import State
from bot.report.clean import one_line
from bot.steering.asking import Asker, Circumstances
from bot.steering.held import short_id
from bot.steering.lines import minute, wrapped
from bot.store.control import current_pause
from bot.store.outbox import mail_in
from bot.store.overview import OpenSeries, open_series
from bot.store.series import count_waiting

_LISTED = 25
_VERDICTS = ("fail", "warn", "unknown", "pass")
_OPEN = frozenset({"fail", "warn", "unknown"})


def standing_lines(connection: Connection, around: Circumstances) -> Iterator[str]:
    """Yield how all stands: what is open, what waits, what is wrong."""
    yield f"mode {around.mode}, policy {around.policy.id}"
    pause = current_pause(connection)
    if pause is not None:
        yield f"STOPPED since {minute(pause.at)}:"
        yield f"  {one_line(pause.reason, 200) or 'no reason given'}"
    found = open_series(connection)
    counts = Counter(one.verdict for one in found)
    yield (
        f"open {len(found)}: "
        + ", ".join(f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if counts[verdict])
        if found
        else "nothing is open"
    )
    yield f"waiting to be judged: {count_waiting(connection)}"
    yield f"mail held: {len(mail_in(connection, {State.HELD}))}"
    for problem in around.problems[:5]:
        yield from wrapped(one_line(problem, 300), "! ")
    failing = [one for one in found if one.verdict == "fail"]
    if failing:
        yield ""
        yield "failing:"
        yield from _rows(failing[:10], len(failing))


def list_lines(
    connection: Connection, which: str, asker: Asker, around: Circumstances
) -> Iterator[str]:
    """Yield the series of one list (``failing``, ``open``, ``mine``), or the mail ``held``."""
    if which == "held":
        yield from _held(connection, around)
        return
    found = open_series(connection)
    if which == "mine":
        found = tuple(one for one in found if _is_of(one, asker.address))
    else:
        wanted = frozenset({"fail"}) if which == "failing" else _OPEN
        found = tuple(one for one in found if one.verdict in wanted)
    nothing = {
        "mine": f"No open series is from {asker.address}.",
        "failing": "Nothing fails.",
        "open": "Nothing is open.",
    }
    if not found:
        yield nothing[which]
    yield from _rows(found[:_LISTED], len(found))


def _held(connection: Connection, around: Circumstances) -> Iterator[str]:
    mails = mail_in(connection, {State.HELD})
    if not mails:
        yield "No mail is held."
    for mail in mails[:_LISTED]:
        yield f"{short_id(mail.message_id, around.message_id_prefix)}  {mail.hold}"
        yield from wrapped(one_line(mail.subject, 150), "  ")
        yield f"  to {one_line(', '.join(mail.recipients), 150)}"
    if len(mails) > _LISTED:
        yield f"and {len(mails) - _LISTED} more"


def _is_of(one: OpenSeries, address: str) -> bool:
    author = one.author.lower()
    return author == address or author.endswith(f"<{address}>")


def _rows(found: Sequence[OpenSeries], count: int) -> Iterator[str]:
    for one in found:
        again = ", judged again soon" if one.waiting else ""
        yield f"{one.issue or '-'} v{one.revision} {one.verdict}{again}"
        yield from wrapped(one_line(one.subject, 150), "  ")
    if count > len(found):
        yield f"and {count - len(found)} more"
