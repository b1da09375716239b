# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters to single people in the outbox: due, held, rehearsed, and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.reply.letter import Letter, compose_letter
from bot.reply.outbox import State
from bot.service.letters import Posting, Written, post
from bot.store.database import Database
from bot.store.outbox import StoredMail, mail_by_id, mail_in, traffic
from tests.reply.made import LETTERHEAD, NOW

LIMIT = "5 answers and news in the last hour, half of the limit 10"


def _posting(seed: str = "one", *, rehearsal: bool = False, copy_to: str = "") -> Posting:
    letter = Letter(
        recipient="Ada@example.net",
        subject="commands",
        text="Done.\n",
        seed=seed,
        mark="answer",
        copy_to=copy_to,
    )
    mail = compose_letter(letter, LETTERHEAD, NOW)
    return Posting(mail, "answer", 70001, "asked", rehearsal)


def _posted(store: Database, posting: Posting, limit: str = "") -> tuple[Written, StoredMail]:
    with store.writing() as connection:
        written = post(connection, posting, NOW, limit)
        kept = mail_by_id(connection, posting.mail.message_id)
    assert kept is not None
    return written, kept


def test_a_letter_is_due_at_once(store: Database) -> None:
    written, kept = _posted(store, _posting())
    assert (written.kind, written.held_by_limit) == ("answer", "")
    assert (kept.state, kept.hold, kept.reason) == (State.PENDING, "", "asked")
    assert (kept.queued_at, kept.due_at) == (NOW, NOW)
    assert (kept.issue, kept.person, kept.remaining) == (70001, "ada@example.net", kept.recipients)
    assert kept.content == written.mail.content


def test_one_past_a_limit_is_held_and_says_why(store: Database) -> None:
    written, kept = _posted(store, _posting(), LIMIT)
    assert written.held_by_limit == LIMIT
    assert (kept.state, kept.hold) == (State.HELD, "limit")
    assert kept.reason == f"asked; held: {LIMIT}"
    assert kept.queued_at is None, "what is held counts for no limit"


@pytest.mark.parametrize("limit", ["", LIMIT])
def test_a_rehearsal_lets_nothing_go(store: Database, limit: str) -> None:
    written, kept = _posted(store, _posting(rehearsal=True), limit)
    assert kept.state == State.REHEARSED
    assert written.held_by_limit == limit, "it says what would happen"
    with store.reading() as connection:
        assert mail_in(connection, {State.PENDING, State.HELD}) == ()


def test_the_same_letter_stands_once_and_stays_as_it_was(store: Database) -> None:
    _posted(store, _posting(), LIMIT)
    _, kept = _posted(store, replace(_posting(), reason="asked again"))
    assert (kept.state, kept.reason) == (State.HELD, f"asked; held: {LIMIT}")
    with store.reading() as connection:
        assert len(mail_in(connection, set(State))) == 1


def test_letters_are_threads_of_their_own(store: Database) -> None:
    keys = {_posted(store, _posting(seed))[1].thread_key for seed in ("one", "two", "three")}
    assert len(keys) == 3
    with store.reading() as connection:
        count = traffic(connection, keys.pop(), "", NOW + timedelta(minutes=1))
    assert count.thread_last_day == 1, "the limit on a thread does not count them together"


def test_who_gets_it_is_the_person_and_not_the_copy(store: Database) -> None:
    _, kept = _posted(store, _posting(copy_to="70001@debbugs.gnu.org"))
    assert kept.person == "ada@example.net"
    assert kept.recipients == ("Ada@example.net", "70001@debbugs.gnu.org")
