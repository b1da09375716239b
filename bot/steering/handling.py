# SPDX-License-Identifier: GPL-3.0-or-later
"""One mail with commands, from who sent it to what came of each and what is answered.

All of it happens in one transaction: what is ordered, the entries in the audit log, the answer in
the outbox.  A process that dies before has done nothing, one that dies after has done it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection

from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.message import Message
from bot.steering.answer_text import answer_text
from bot.steering.asking import Asker, Circumstances, Outcome, Result
from bot.steering.audit_log import Told, log_ignored, log_outcomes
from bot.steering.carrying_out import carry_out
from bot.steering.command import Command, Reading
from bot.steering.forms import FORMS
from bot.steering.questions import QUESTIONS, answer
from bot.steering.reading import read_commands
from bot.steering.rights import refusal
from bot.store.command_mails import accept_once, answered_lately
from bot.trust.proof import Method, Proof, Unproven


class KnownPerson(Protocol):
    """A maintainer."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """In lower case; the first is written to where the mail itself proves none."""


@dataclass(frozen=True, slots=True)
class AskingRules:
    """How much may be asked, and how old a signature may be."""

    name: str
    """What commands on a list begin with, without ``@``."""
    window: timedelta
    """How far the time of a signature may be from now, either way."""
    answers_per_sender: int
    """In a day; maintainers are not counted."""
    answers_per_domain: int
    refusals_per_sender: int
    refusals_per_domain: int
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class AskedMail:
    """A mail that may hold commands, and what is known of its sender."""

    message: Message
    direct: bool
    """Whether it went to the bot, and to no list."""
    proof: Proof | Unproven
    maintainer: KnownPerson | None


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of a mail."""

    ending: str
    """``answered``, ``refused`` or ``silent``."""
    asker: Asker | None = None
    """Who is answered; None where the sender is not proven."""
    text: str = ""
    """The body of the answer; empty where nobody is answered."""
    issue: int | None = None
    """The issue that most of it is about."""
    changed: bool = False
    """Whether a maintainer's command changed something that others must know."""


SILENT = Handled("silent")


@dataclass(frozen=True, slots=True)
class Handler:
    """Deals with mails under one set of rules."""

    rules: AskingRules

    def handle(self, connection: Connection, mail: AskedMail, around: Circumstances) -> Handled:
        """Carry out what ``mail`` asks for, as far as its sender may, and write the log."""
        if isinstance(mail.proof, Unproven):
            reading = self._read(mail.message.body, mail)
            who = f"{mail.message.author} (not proven)"
            told = Told(mail.message.message_id, who, "none", around.now)
            log_ignored(connection, told, reading, mail.proof.reason)
            return SILENT
        reading = self._read(mail.proof.text, mail)
        if not (reading.commands or reading.mistakes):
            return SILENT
        reason = self._stale(connection, mail, mail.proof, around)
        asker = _asker(mail.proof, mail.maintainer)
        question = _Question(mail, mail.proof, asker, reading)
        if not reason and not asker.address:
            reason = "there is no address to answer to"
        if not reason:
            reason = self._too_many(connection, asker, around)
        if reason:
            log_ignored(connection, _told(question, around), reading, reason)
            return SILENT
        return self._answer(connection, question, around)

    def _read(self, text: str, mail: AskedMail) -> Reading:
        return read_commands(text, self.rules.name, mail.direct, self.rules.limits)

    def _stale(
        self, connection: Connection, mail: AskedMail, proof: Proof, around: Circumstances
    ) -> str:
        """Return why what is signed is not acted upon (again)."""
        if abs(around.now - proof.signed_at) > self.rules.window:
            return f"signed {proof.signed_at:%Y-%m-%d %H:%M} UTC, which is too far from now"
        # A copy of which less is proven does not use up the whole one.
        scope = "order" if proof.may_change else "question"
        # A domain vouches for many people: nobody can use up the Message-ID of another.
        signer = proof.by if proof.method is Method.OPENPGP else proof.address
        nonces = (
            f"{scope} signed {proof.nonce}",
            f"{scope} mail {signer} {mail.message.message_id}",
        )
        fresh = [accept_once(connection, nonce, around.now) for nonce in nonces]
        return "" if all(fresh) else "a copy of what was dealt with before"

    def _too_many(self, connection: Connection, asker: Asker, around: Circumstances) -> str:
        if asker.maintainer:
            return ""
        if around.no_room:
            return around.no_room
        counts = answered_lately(connection, asker.address, "answered", around.now)
        if counts.of_sender >= self.rules.answers_per_sender:
            return f"{counts.of_sender} answers to this sender in the last day"
        if counts.of_domain >= self.rules.answers_per_domain:
            return f"{counts.of_domain} answers to this sender's domain in the last day"
        return ""

    def _answer(
        self, connection: Connection, question: _Question, around: Circumstances
    ) -> Handled:
        asker, reading = question.asker, question.reading
        outcomes = [_one(connection, command, question, around) for command in reading.commands]
        helped = not outcomes or any(one.result in _HELPFUL for one in outcomes)
        told = _told(question, around)
        if not helped and not self._may_refuse(connection, asker, around):
            log_ignored(connection, told, reading, "refused more often than a sender is told so")
            return Handled("silent", asker)
        log_outcomes(connection, told, outcomes, reading.mistakes)
        return Handled(
            ending="answered" if helped else "refused",
            asker=asker,
            text=answer_text(outcomes, reading.mistakes, reading.left_out, around),
            issue=next((one.command.issue for one in outcomes if one.command.issue), None),
            changed=any(
                one.result is Result.DONE and FORMS[one.command.name].changes for one in outcomes
            ),
        )

    def _may_refuse(self, connection: Connection, asker: Asker, around: Circumstances) -> bool:
        counts = answered_lately(connection, asker.address, "refused", around.now)
        return (
            counts.of_sender < self.rules.refusals_per_sender
            and counts.of_domain < self.rules.refusals_per_domain
        )


_HELPFUL = frozenset({Result.DONE, Result.TOLD, Result.MISTAKEN})


@dataclass(frozen=True, slots=True)
class _Question:
    mail: AskedMail
    proof: Proof
    asker: Asker
    reading: Reading


def _told(question: _Question, around: Circumstances) -> Told:
    """Return how the audit log names a proven sender."""
    asker, proof = question.asker, question.proof
    who = f"{asker.maintainer} <{asker.address}>" if asker.maintainer else asker.address
    return Told(question.mail.message.message_id, who, f"{proof.method}: {proof.by}", around.now)


def _asker(proof: Proof, maintainer: KnownPerson | None) -> Asker:
    if maintainer is None:
        return Asker(proof.address, "")
    known = proof.address or next(iter(maintainer.addresses), "")
    return Asker(known, maintainer.name)


def _one(
    connection: Connection, command: Command, question: _Question, around: Circumstances
) -> Outcome:
    reason = refusal(command, question.asker, question.proof, around)
    if reason:
        return Outcome(command, Result.REFUSED, reason)
    return carry_out_or_answer(connection, command, question.asker, around)


def carry_out_or_answer(
    connection: Connection, command: Command, asker: Asker, around: Circumstances
) -> Outcome:
    """Do what a command asks for, whoever asks: rights are not looked at here."""
    does = answer if command.name in QUESTIONS else carry_out
    return does(connection, command, asker, around)
