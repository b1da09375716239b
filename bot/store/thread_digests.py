# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells cheaply which threads have changed: a digest of all that ``read_thread`` would return.

The tables are gone through once each, without taking reports apart, so that it costs little to
find out that of thousands of threads none has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, select

from bot.store.schema import (
    closed_issues,
    decisions,
    messages,
    orders,
    outbox,
    reports,
    series,
    transitions,
)
from bot.store.threads import threads_of_note

_ROWS_AT_ONCE = 1_000


def thread_digests(connection: Connection) -> dict[str, str]:
    """Return a digest for each thread in which a model was found, by the thread's key.

    A thread whose digest is the same as before has not changed; a document that was rewritten in
    its place has.
    """
    digests = {key: hashlib.sha256() for key in connection.execute(threads_of_note()).scalars()}
    options = {"yield_per": _ROWS_AT_ONCE}
    for table, statement in enumerate(_statements()):
        for thread_key, *values in connection.execute(statement, execution_options=options):
            digest = digests.get(thread_key)
            if digest is not None:
                digest.update(repr((table, values)).encode("utf-8", "replace"))
    return {key: digest.hexdigest() for key, digest in digests.items()}


def _statements() -> Iterator[Select[Any]]:
    """Yield one query for each kind of row; the thread's key is the first column."""
    noted = threads_of_note()
    yield (
        select(
            series.c.thread_key,
            series.c.series_key,
            series.c.issue,
            series.c.revision,
            series.c.subject,
            series.c.author,
            series.c.state,
            series.c.due_at,
        )
        .where(series.c.thread_key.in_(noted))
        .order_by(series.c.series_key)
    )
    yield (
        select(
            reports.c.thread_key,
            reports.c.series_key,
            reports.c.report_id,
            reports.c.made_at,
            cast(reports.c.document, Text),
        )
        .where(reports.c.thread_key.in_(noted))
        .order_by(reports.c.report_id)
    )
    yield (
        select(decisions.c.thread_key, decisions.c.series_key, decisions.c.decision_id)
        .where(decisions.c.thread_key.in_(noted))
        .order_by(decisions.c.decision_id)
    )
    yield (
        select(
            outbox.c.thread_key,
            outbox.c.series_key,
            outbox.c.message_id,
            outbox.c.state,
            outbox.c.hold,
        )
        .where(outbox.c.kind == "reply", outbox.c.thread_key.in_(noted))
        .order_by(outbox.c.message_id)
    )
    yield (
        select(outbox.c.thread_key, transitions.c.transition_id)
        .join(transitions, transitions.c.message_id == outbox.c.message_id)
        .where(outbox.c.kind == "reply", outbox.c.thread_key.in_(noted))
        .order_by(transitions.c.transition_id)
    )
    yield from _mails()


def _mails() -> Iterator[Select[Any]]:
    noted = threads_of_note()
    columns = (messages.c.message_key, messages.c.subject, messages.c.dated_at)
    yield (
        select(series.c.thread_key, messages.c.series_key, *columns)
        .join(messages, messages.c.series_key == series.c.series_key)
        .where(series.c.thread_key.in_(noted))
        .order_by(messages.c.message_key)
    )
    yield (
        select(series.c.thread_key, messages.c.set_aside, *columns)
        .join(messages, messages.c.issue == series.c.issue)
        .where(series.c.thread_key.in_(noted), messages.c.set_aside != "")
        .distinct()
        .order_by(messages.c.message_key)
    )
    yield (
        select(series.c.thread_key, closed_issues.c.issue, closed_issues.c.at)
        .join(closed_issues, closed_issues.c.issue == series.c.issue)
        .where(series.c.thread_key.in_(noted))
        .distinct()
        .order_by(closed_issues.c.issue)
    )
    yield (
        select(series.c.thread_key, orders.c.issue, orders.c.kind, orders.c.at)
        .join(orders, orders.c.issue == series.c.issue)
        .where(series.c.thread_key.in_(noted))
        .distinct()
        .order_by(orders.c.issue, orders.c.kind)
    )
