# SPDX-License-Identifier: GPL-3.0-or-later
"""Deals with the mails that hold commands: who sent it, what comes of it, and the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.mail.errors import MessageError
from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.parse import parse_message
from bot.policy.model import Policy
from bot.reply.compose import Letterhead
from bot.reply.decide import Manners
from bot.reply.letter import Letter, compose_letter
from bot.reply.release import share_taken
from bot.service.letters import Posting, Written, post
from bot.service.outcome import PollOutcome
from bot.steering.addressing import is_direct
from bot.steering.asking import Circumstances
from bot.steering.handling import SILENT, AskedMail, AskingRules, Handled, Handler, KnownPerson
from bot.store.command_mails import (
    CommandMail,
    end_command_mail,
    next_command_mail,
    note_attempt,
    still_waits,
)
from bot.store.database import Database
from bot.trust.proof import Proof, Unproven

_log = logging.getLogger("weighbridge.steering")
_ATTEMPTS = 5
_AT_ONCE = 200
"""Mails in one round; the rest waits for the next."""
_PATIENCE = timedelta(hours=6)
"""How long a sender's domain may be out of reach before a mail counts as not proven."""


@dataclass(frozen=True, slots=True)
class SteeringRules:
    """What commands are carried out with."""

    asking: AskingRules
    identity: OwnIdentity
    letterhead: Letterhead
    manners: Manners
    policy: Policy
    mode: str
    rehearsal: bool
    """Whether answers are written down as rehearsed, never to be sent."""


@dataclass(frozen=True, slots=True)
class Senders:
    """Who a sender provably is."""

    prove: Callable[[bytes, Message], Proof | Unproven]
    """May ask the network; never raises for what a mail says."""
    maintainer: Callable[[Proof], KnownPerson | None]


def circumstances(rules: SteeringRules, now: datetime, problems: tuple[str, ...]) -> Circumstances:
    """Return how the bot stands; ``problems`` is what is wrong with the service."""
    return Circumstances(
        now=now,
        mode=rules.mode,
        policy=rules.policy,
        manners=rules.manners,
        message_id_prefix=rules.identity.message_id_prefix,
        bot_name=rules.asking.name,
        bot_address=rules.letterhead.address,
        problems=problems,
    )


class Steering:
    """Deals with what waits in one store; several processes may do so at once."""

    def __init__(
        self,
        database: Database,
        rules: SteeringRules,
        senders: Senders,
        clock: Callable[[], datetime],
        problems: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Take the store, the rules, and who tells senders apart.

        ``problems`` says what is wrong with the service, for who asks how it stands.
        """
        self._database = database
        self._rules = rules
        self._senders = senders
        self._clock = clock
        self._problems = problems
        self._handler = Handler(rules.asking)

    def deal_with_waiting(self, stopping: Callable[[], bool] = lambda: False) -> PollOutcome:
        """Deal with all mails that wait; ``stopping`` is asked before each."""
        outcome, last = PollOutcome(), 0
        for _ in range(_AT_ONCE):
            if stopping():
                break
            with self._database.reading() as connection:
                mail = next_command_mail(connection, last)
            if mail is None:
                break
            last = mail.mail_number
            outcome += self._deal_with(mail)
        return outcome

    def _deal_with(self, mail: CommandMail) -> PollOutcome:
        try:
            letter = self._carried_out(mail)
        # One mail that cannot be dealt with must not keep the others from it.
        except Exception as error:  # noqa: BLE001
            return self._put_back(mail, error)
        return PollOutcome(letters=(letter,) if letter else ())

    def _carried_out(self, mail: CommandMail) -> Written | None:
        """Return the answer; None where there is none, or the mail goes on waiting."""
        asked = self._asked(mail.content)
        if asked and self._is_too_early(mail, asked):
            return None  # it waits for the next round
        problems = self._problems()
        with self._database.writing() as connection:
            if not still_waits(connection, mail):
                return None  # another process has dealt with it meanwhile
            now = self._clock()
            if asked is None:
                end_command_mail(connection, mail, "", SILENT.ending, now)
                return None
            around = circumstances(self._rules, now, problems)
            around = replace(around, no_room=self._no_room(connection, now))
            handled = self._handler.handle(connection, asked, around)
            letter = self._answer(connection, asked, handled, now)
            _end(connection, mail, handled, letter, now)
        _log_end(asked, handled, letter)
        return letter

    def _asked(self, raw: bytes) -> AskedMail | None:
        """Return the mail and who has sent it; None where it cannot be read."""
        limits = self._rules.asking.limits
        try:
            message = parse_message(raw, self._rules.identity, limits)
            direct = is_direct(raw, self._rules.identity, limits)
        except MessageError:  # a version that accepted more has stored it
            return None
        proof = self._senders.prove(raw, message)
        return AskedMail(
            message=message,
            direct=direct,
            proof=proof,
            maintainer=self._senders.maintainer(proof) if isinstance(proof, Proof) else None,
        )

    def _is_too_early(self, mail: CommandMail, asked: AskedMail) -> bool:
        """Say whether the sender may still be proven when the network is better."""
        proof = asked.proof
        if isinstance(proof, Proof) or not proof.temporary:
            return False
        extra = {"message_id": asked.message.message_id, "reason": proof.reason}
        _log.warning("the sender of commands cannot be proven yet", extra=extra)
        return self._clock() - mail.stored_at < _PATIENCE

    def _answer(
        self, connection: Connection, asked: AskedMail, handled: Handled, now: datetime
    ) -> Written | None:
        """Put the answer into the outbox; None where nobody is answered."""
        if not handled.text or handled.asker is None or isinstance(asked.proof, Unproven):
            return None
        asker = handled.asker
        letter = Letter(
            recipient=asker.address,
            subject=asked.message.subject,
            text=handled.text,
            seed="\0".join(
                ("answer", asked.proof.nonce, f"{asked.proof.may_change}", asker.address)
            ),
            mark="answer",
            answers=asked.message,
            copy_to=self._thread_of(asked) if handled.changed and not asked.direct else "",
        )
        try:
            mail = compose_letter(letter, self._rules.letterhead, now)
        except ValueError as error:
            _log.warning("no answer can be written", extra={"reason": str(error)})
            return None
        kind = "receipt" if asker.maintainer else "answer"
        posting = Posting(mail, kind, handled.issue, "asked", self._rules.rehearsal)
        return post(connection, posting, now)

    def _no_room(self, connection: Connection, now: datetime) -> str:
        """Return why nobody but maintainers is answered; nothing is carried out for them either."""
        return share_taken(connection, self._rules.manners, now)

    def _thread_of(self, asked: AskedMail) -> str:
        """Return the address of the thread that a command came from; empty where it has none."""
        template, issue = self._rules.letterhead.reply_to, asked.message.issue
        if "{issue}" in template and issue is None:
            return ""
        return template.replace("{issue}", str(issue))

    def _put_back(self, mail: CommandMail, error: Exception) -> PollOutcome:
        reason = f"{type(error).__name__}: {error}"[:1_000]
        extra = {"mail": mail.mail_number, "source": mail.source}
        _log.error("commands cannot be dealt with", exc_info=error, extra=extra)
        with self._database.writing() as connection:
            note_attempt(connection, mail)
            if mail.attempts + 1 >= _ATTEMPTS:
                end_command_mail(connection, mail, "", "failed", self._clock())
        return PollOutcome(failures=((f"commands of mail {mail.mail_number}", reason),))


def _end(
    connection: Connection,
    mail: CommandMail,
    handled: Handled,
    letter: Written | None,
    now: datetime,
) -> None:
    """Note that a mail is dealt with; what could not be answered is silent."""
    ending = handled.ending if letter or not handled.text else SILENT.ending
    address = handled.asker.address if handled.asker else ""
    end_command_mail(connection, mail, address, ending, now)


def _log_end(asked: AskedMail, handled: Handled, letter: Written | None) -> None:
    reason = asked.proof.reason if isinstance(asked.proof, Unproven) else ""
    extra = {"message_id": asked.message.message_id, "ending": handled.ending, "reason": reason}
    if letter is not None:
        extra["answer"] = letter.mail.message_id
    _log.info("commands dealt with", extra=extra)
