# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands mail to an SMTP server (RFC 5321), over one connection for as many mails as there are."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiosmtplib
from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.reply.sink import Attempt, Ending, SinkUnavailableError
from bot.reply.smtp_trouble import answer, explained


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """How the server is reached."""

    host: str
    port: int
    security: str
    """``starttls``, ``tls`` (from the first byte) or ``none``."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    timeout: float = 60.0
    """Seconds for each answer of the server."""
    hello: str | None = None


class SmtpSink:
    """An SMTP server that takes mail."""

    is_idempotent = False

    def __init__(self, server: SmtpServer) -> None:
        """Remember the server; nothing is connected yet."""
        self._server = server

    @asynccontextmanager
    async def session(self) -> AsyncIterator[SmtpSession]:
        """Connect, protect the line and log in; raises ``SinkUnavailableError``."""
        client = self._client()
        try:
            await client.connect()
            await _greet(client)
            if self._server.username is not None:
                await client.login(self._server.username, self._server.password or "")
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            await _hang_up(client, client.transport)
            place = f"{self._server.host}:{self._server.port}"
            raise SinkUnavailableError(explained(error, place, self._server.username)) from error
        transport = client.transport
        try:
            yield SmtpSession(client)
        finally:
            with suppress(SMTPException, OSError):
                await client.quit()
            await _hang_up(client, transport)

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        context = None
        if server.security != "none":
            # Verifies the certificate and the host's name; there is no switch to turn that off.
            context = _trusting(server.ca_file)
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout,
            local_hostname=server.hello,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=context,
        )


class SmtpSession:
    """One connection."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        """Take a connected, logged-in client."""
        self._client = client

    async def hand_over(
        self, message_id: str, sender: str, recipients: tuple[str, ...], content: bytes
    ) -> Attempt:
        """Hand one mail over; see ``Session.hand_over``."""
        del message_id
        problem = self._problem_beforehand(recipients, content)
        if problem:
            return Attempt(Ending.REFUSED, problem)
        try:
            refusals = await self._envelope(sender, recipients, content)
        except SMTPSenderRefused as error:
            await self._reset()
            return Attempt(_ending_of(error.code), f"sender refused: {answer(error)}")
        except (SMTPException, OSError) as error:
            raise SinkUnavailableError(f"the server ended the session: {error}") from error
        if len(refusals) == len(recipients):
            await self._reset()
            return _all_refused(refusals)
        return await self._content(content, refusals)

    async def _envelope(
        self, sender: str, recipients: tuple[str, ...], content: bytes
    ) -> list[SMTPRecipientRefused]:
        """Say from whom and to whom; return the recipients that were refused."""
        options = [f"size={len(content)}"] if self._client.supports_extension("size") else []
        wide = not all(address.isascii() for address in (sender, *recipients))
        if wide:
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        encoding = "utf-8" if wide else "ascii"
        await self._client.mail(sender, options=options, encoding=encoding)
        refusals = []
        for recipient in recipients:
            try:
                await self._client.rcpt(recipient, encoding=encoding)
            except SMTPRecipientRefused as error:
                refusals.append(error)
        return refusals

    async def _content(self, content: bytes, refusals: list[SMTPRecipientRefused]) -> Attempt:
        try:
            taken = await self._client.data(content)
        except SMTPDataError as error:
            await self._reset()
            return Attempt(_ending_of(error.code), f"content refused: {answer(error)}")
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            # The final dot may have arrived: only the archive can tell (RFC 5321, 4.5.3.2.6 and
            # RFC 1047).
            self._client.close()
            return Attempt(Ending.UNKNOWN, f"the line broke while the mail was taken: {error}")
        return Attempt(
            Ending.ACCEPTED,
            _accepted_reason(f"{taken.code} {taken.message}", refusals),
            later=tuple(one.recipient for one in refusals if one.code < 500),
            refused=tuple(one.recipient for one in refusals if one.code >= 500),
        )

    def _problem_beforehand(self, recipients: tuple[str, ...], content: bytes) -> str:
        if not self._client.is_connected:
            raise SinkUnavailableError("the server closed the connection")
        wide = not all(recipient.isascii() for recipient in recipients)
        if wide and not self._client.supports_extension("smtputf8"):
            return "a recipient's address is not ASCII, and the server does not offer SMTPUTF8"
        most = self._client.esmtp_extensions.get("size", "")
        if most.isdigit() and 0 < int(most) < len(content):
            return f"{len(content)} bytes are more than the server takes ({most})"
        return ""

    async def _reset(self) -> None:
        with suppress(SMTPException, OSError):
            await self._client.rset()


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return what checks certificates: by the system's authorities, or by those of ``ca_file``."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror if not isinstance(error, ssl.SSLError) else "no certificates in it"
        raise SinkUnavailableError(f"smtp.ca_file: {ca_file} cannot be used: {reason}") from error


async def _hang_up(client: aiosmtplib.SMTP, transport: asyncio.BaseTransport | None) -> None:
    """Close the line at once.

    A TLS line would first wait for the server's good-bye, and stay open where the event loop ends
    before that comes.
    """
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()
    await asyncio.sleep(0)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Learn what the server can do; the oldest servers know HELO only."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _ending_of(code: int) -> Ending:
    return Ending.REFUSED if code >= 500 else Ending.LATER


def _all_refused(refusals: list[SMTPRecipientRefused]) -> Attempt:
    """Judge a mail that nobody gets now: worth another try if any refusal was for now."""
    ending = Ending.LATER if any(one.code < 500 for one in refusals) else Ending.REFUSED
    said = "; ".join(f"{one.recipient}: {answer(one)}" for one in refusals)
    return Attempt(
        ending,
        f"all recipients refused: {said}"[:2_000],
        refused=tuple(one.recipient for one in refusals if one.code >= 500),
    )


def _accepted_reason(said: str, refusals: list[SMTPRecipientRefused]) -> str:
    missed = "".join(f"; not for {one.recipient}: {answer(one)}" for one in refusals)
    return f"{said}{missed}".replace("\n", " ")[:2_000]
