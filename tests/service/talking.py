# SPDX-License-Identifier: GPL-3.0-or-later
"""Two bots, a tracker and careless auto-responders that answer each other through a real Postfix.

Used small in the tests, and for a thousand rounds by ``bench/loop.py``.  Limits on mail are out of
reach here: what must keep the bots from talking for ever is not that somebody counts.
"""

from __future__ import annotations

import email
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from pathlib import Path

from bot.application import Application, open_application
from bot.config import Config
from tests.servers.postfix import Postfix
from tests.service.archive import Archive, Clock
from tests.service.crashing import many_patches

_BOTS = ("bot-one@example.org", "bot-two@example.net")
_FIRST_ISSUE = 80_000


@dataclass(frozen=True, slots=True)
class TalkResult:
    """What was said."""

    rounds: int
    patches: int
    answers: Counter[str]
    """Mails of each bot that reached the tracker."""
    responses: int
    """Mails that auto-responders sent to the bots and the tracker."""
    acknowledgements: int
    """Mails of the tracker itself."""
    read: int
    """Mails that the bots have read."""


class Talk:
    """The list, its tracker, its people, and two bots."""

    def __init__(self, directory: Path, postfix: Postfix) -> None:
        """Set everything up; nobody has said anything."""
        self._postfix = postfix
        self._clock = Clock()
        self._archive = Archive(directory / "list")
        self._mailboxes = {address: Archive(directory / address) for address in _BOTS}
        self._seen: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._responses = self._acknowledgements = self._read = 0

    def run(self, rounds: int, patches: int) -> TalkResult:
        """Let everybody talk for so many rounds, while the patches come in bit by bit."""
        mails, given = many_patches(patches), 0
        with ExitStack() as stack, smtplib.SMTP("127.0.0.1", self._postfix.relay) as server:
            bots = [
                stack.enter_context(open_application(self._config(one), self._clock))
                for one in _BOTS
            ]
            for number in range(rounds):
                # The last patches come early enough to be talked about.
                due = min(patches, 1 + number * patches * 2 // rounds)
                self._archive.put(mails[given:due])
                given = max(given, due)
                self._one_round(bots, server)
        return TalkResult(
            rounds, given, self._answers, self._responses, self._acknowledgements, self._read
        )

    def _one_round(self, bots: list[Application], server: smtplib.SMTP) -> None:
        self._clock.now += timedelta(minutes=1)
        for application in bots:
            outcome = application.run_once()
            self._read += outcome.messages
            assert outcome.failures == ()
        assert self._postfix.wait_until_idle()
        for address, mail in list(self._new_mail()):
            self._react(address, mail, server)

    def _react(self, address: str, raw: bytes, server: smtplib.SMTP) -> None:
        mail = email.message_from_bytes(raw, policy=compat32)
        if address.endswith("@debbugs.gnu.org"):
            self._publish(address, raw, mail, server)
        elif address in _BOTS:
            self._mailboxes[address].put([raw])
        else:
            self._respond(address, raw, mail, server)

    def _publish(self, address: str, raw: bytes, mail: Message, server: smtplib.SMTP) -> None:
        """Do what the tracker does: pass the mail on to the list, and acknowledge it."""
        issue = address.partition("@")[0]
        sender = email.utils.parseaddr(str(mail["From"]))[1]
        report = f"X-GNU-PR-Message: followup {issue}\r\nPrecedence: list\r\n".encode()
        self._archive.put([report + raw])
        if sender not in _BOTS:
            return
        self._answers[sender] += 1
        # It does so although the bots have asked it not to.
        self._acknowledgements += 1
        acknowledgement = EmailMessage(policy=SMTP)
        acknowledgement["From"] = "help-debbugs@gnu.org"
        acknowledgement["To"] = sender
        acknowledgement["Subject"] = (
            f"bug#{issue}: Acknowledgement ({' '.join(str(mail['Subject']).split())[:60]})"
        )
        acknowledgement["Message-ID"] = f"<handler.{self._acknowledgements}.ack@debbugs.gnu.org>"
        acknowledgement["X-GNU-PR-Message"] = f"ack {issue}"
        acknowledgement.set_content("Thank you for the additional information.\n")
        self._send(server, "help-debbugs@gnu.org", [sender], acknowledgement)

    def _respond(self, address: str, raw: bytes, mail: Message, server: smtplib.SMTP) -> None:
        """Answer as the worst of auto-responders: to everybody, unmarked, the patch included."""
        self._responses += 1
        response = EmailMessage(policy=SMTP)
        response["From"] = address
        response["To"] = str(mail["From"])
        response["Cc"] = str(mail["To"])
        response["Subject"] = " ".join(str(mail["Subject"]).split())
        response["Message-ID"] = f"<response-{self._responses}@example.net>"
        response["In-Reply-To"] = str(mail["Message-ID"])
        issue = int(str(mail["To"]).partition("@")[0])
        patch = many_patches(issue - _FIRST_ISSUE + 1)[-1].decode("utf-8", "replace")
        response.set_content(
            f"I am on a sailing boat.\n\n{patch}\n\n{raw.decode('utf-8', 'replace')}"
        )
        recipients = [email.utils.parseaddr(str(response[field]))[1] for field in ("To", "Cc")]
        self._send(server, address, recipients, response)

    def _send(
        self, server: smtplib.SMTP, sender: str, recipients: list[str], mail: EmailMessage
    ) -> None:
        mail["Date"] = email.utils.format_datetime(self._clock.now)
        server.sendmail(sender, recipients, mail.as_bytes())

    def _new_mail(self) -> Iterator[tuple[str, bytes]]:
        for address, mails in self._postfix.everything().items():
            for mail in mails[self._seen[address] :]:
                yield address, mail
            self._seen[address] = len(mails)

    def _config(self, address: str) -> Config:
        sources = [
            {
                "name": name,
                "kind": "maildir",
                "path": str(archive.directory / "archive"),
                "since": "beginning",
            }
            for name, archive in (("list", self._archive), ("own", self._mailboxes[address]))
        ]
        plenty = {
            "per_hour": 10_000,
            "per_day": 100_000,
            "per_thread_per_day": 1_000,
            "per_person_per_day": 1_000,
        }
        return Config.model_validate(
            {
                "mode": "live",
                "offline": True,
                "data_directory": str(self._mailboxes[address].directory / "state"),
                "bot": {"address": address, "operator": "operator@example.org", "bounces": address},
                "sources": sources,
                "reply": {"settle": "1s", "max_age": "30d"},
                "mail_limits": plenty,
                "smtp": {"host": "127.0.0.1", "port": self._postfix.relay, "security": "none"},
            }
        )
