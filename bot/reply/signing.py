# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs mail with DKIM (RFC 6376) on its way out; the key is never stored with the mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import dkim  # type: ignore[import-untyped]

from bot.reply.sink import Attempt, Session, Sink, SinkUnavailableError

_SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"auto-submitted",
)
"""What a receiver relies on.  Lists and relays add fields of their own; those stay unsigned."""


class SigningError(ValueError):
    """Mail cannot be signed; the message says what to do."""


class Signer:
    """A private key with its name in the DNS."""

    def __init__(self, domain: str, selector: str, key_file: Path) -> None:
        """Read the key; raises ``SigningError`` where it cannot be used."""
        try:
            self._key = key_file.read_bytes()
        except OSError as error:
            raise SigningError(f"{key_file} cannot be read: {error.strerror}") from error
        self._domain, self._selector = domain.encode("idna"), selector.encode("ascii")
        self.sign(b"From: a@example.org\r\n\r\ntry\r\n")

    def sign(self, content: bytes) -> bytes:
        """Return ``content`` with its signature in front."""
        try:
            field = dkim.sign(
                content,
                self._selector,
                self._domain,
                self._key,
                canonicalize=(b"relaxed", b"relaxed"),
                include_headers=[name for name in _SIGNED if _has(content, name)],
            )
        except dkim.DKIMException as error:
            domain = self._domain.decode()
            raise SigningError(f"the key of {domain} cannot be used: {error}") from error
        return bytes(field) + content


class SigningSink:
    """A sink that gets all mail signed."""

    def __init__(self, sink: Sink, signer: Signer) -> None:
        """Sign what goes to ``sink``."""
        self._sink = sink
        self._signer = signer

    @property
    def is_idempotent(self) -> bool:
        """As the sink behind it."""
        return self._sink.is_idempotent

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Open the sink behind it."""
        async with self._sink.session() as session:
            yield _SigningSession(session, self._signer)


class _SigningSession:
    def __init__(self, session: Session, signer: Signer) -> None:
        self._session = session
        self._signer = signer

    async def hand_over(
        self, message_id: str, sender: str, recipients: tuple[str, ...], content: bytes
    ) -> Attempt:
        """Sign one mail and hand it over."""
        try:
            signed = self._signer.sign(content)
        except SigningError as error:
            raise SinkUnavailableError(str(error)) from error
        return await self._session.hand_over(message_id, sender, recipients, signed)


def _has(content: bytes, name: bytes) -> bool:
    head = content.partition(b"\r\n\r\n")[0].lower()
    return head.startswith(name + b":") or b"\n" + name + b":" in head
