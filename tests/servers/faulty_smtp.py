# SPDX-License-Identifier: GPL-3.0-or-later
"""An SMTP server (aiosmtpd, on loopback) that fails in the way that it is told to.

It writes each mail down before it says that it has taken it, as RFC 5321 (4.2.5) asks: what counts
is what it has written down.
"""

from __future__ import annotations

import asyncio
import email
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from weakref import WeakKeyDictionary, WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port


class Fault(StrEnum):
    """What goes wrong with one mail."""

    NONE = "none"
    SENDER_LATER = "sender later"
    SENDER_REFUSED = "sender refused"
    FIRST_RECIPIENT_LATER = "first recipient later"
    FIRST_RECIPIENT_REFUSED = "first recipient refused"
    RECIPIENTS_REFUSED = "recipients refused"
    HANG_UP_AT_RECIPIENT = "hang up at recipient"
    CONTENT_LATER = "content later"
    CONTENT_REFUSED = "content refused"
    HANG_UP_BEFORE_TAKING = "hang up before taking"
    """The whole mail has come, and is thrown away."""
    HANG_UP_AFTER_TAKING = "hang up after taking"
    """The whole mail has come and is kept, but nobody is told."""
    LATE = "late"
    """It is kept, and the answer takes a while."""


class FaultySmtp:
    """A server whose ``next_fault`` says what happens to each mail."""

    def __init__(self, late_seconds: float = 0.3) -> None:
        """Fail nothing until told to."""
        self.next_fault: Callable[[], Fault] = lambda: Fault.NONE
        self.taken: list[tuple[str, tuple[str, ...]]] = []
        """(Message-ID, recipients) of every mail that was kept."""
        self.contents: list[bytes] = []
        """The same mails, whole."""
        self.faults: Counter[Fault] = Counter()
        self.late_seconds = late_seconds
        self.port = free_port()
        self._fault: WeakKeyDictionary[Session, Fault] = WeakKeyDictionary()
        self._refused_one: WeakSet[Session] = WeakSet()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @contextmanager
    def serving(self) -> Iterator[FaultySmtp]:
        """Answer until the block ends."""
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID was kept."""
        return Counter(message_id for message_id, _ in self.taken)

    async def handle_MAIL(  # noqa: N802  (the names of aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Choose what goes wrong with this mail."""
        del server
        fault = self.next_fault()
        self.faults[fault] += 1
        self._fault[session] = fault
        if fault is Fault.SENDER_LATER:
            return "451 4.3.0 not now"
        if fault is Fault.SENDER_REFUSED:
            return "550 5.7.1 not from you"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take, refuse, or hang up."""
        del options
        first = session not in self._refused_one
        self._refused_one.add(session)
        fault = self._fault[session]
        if fault is Fault.HANG_UP_AT_RECIPIENT:
            _hang_up(server)
            return ""
        if fault is Fault.FIRST_RECIPIENT_LATER and first:
            return "450 4.2.1 mailbox busy"
        if fault is Fault.FIRST_RECIPIENT_REFUSED and first:
            return "550 5.1.1 no such user"
        if fault is Fault.RECIPIENTS_REFUSED:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, or not, and say so, or not."""
        self._refused_one.discard(session)
        fault = self._fault[session]
        if fault is Fault.CONTENT_LATER:
            return "452 4.3.1 disk full"
        if fault is Fault.CONTENT_REFUSED:
            return "554 5.6.0 not this"
        if fault is not Fault.HANG_UP_BEFORE_TAKING:
            self._keep(envelope)
        if fault is Fault.LATE:
            await asyncio.sleep(self.late_seconds)
        if fault in (Fault.HANG_UP_BEFORE_TAKING, Fault.HANG_UP_AFTER_TAKING):
            _hang_up(server)
            return ""
        return "250 2.0.0 kept"

    async def handle_RSET(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Forget which recipient was refused."""
        del server, envelope
        self._refused_one.discard(session)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message_id = str(email.message_from_bytes(raw)["Message-ID"]).strip("<>")
        self.contents.append(raw)
        self.taken.append((message_id, tuple(envelope.rcpt_tos)))


def _hang_up(server: SMTP) -> None:
    """Drop the connection without a word."""
    transport = server.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
