# SPDX-License-Identifier: GPL-3.0-or-later
"""A mailbox over IMAP (RFC 3501 and RFC 9051): the bot's own, subscribed to the list.

The cursor is the folder's UIDVALIDITY and the UID to read from.  Where UIDVALIDITY changed the
UIDs mean nothing any more and the folder is read from the beginning; the Message-IDs tell
downstream what is known already.  Reading sets no flag.  With a folder for what is done, or for
what could not be read, mails are moved there by the poll after the one that read them: by then
they have been stored.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import IMAPClientError, LoginError  # type: ignore[import-untyped]

from bot.limits import DEFAULT_LIMITS, Limits
from bot.sources.batches import BatchBuilder
from bot.sources.cursor import read_cursor, whole_number, write_cursor
from bot.sources.imap_account import ImapAccount, ImapSecurity
from bot.sources.interface import Batch, RawMessage, SourceError

_KIND = "imap"
_TIMEOUT = SocketTimeout(connect=15, read=120)
_UIDS = 100  # one command names no more: a long list of UIDs makes servers hang up
_BYTES = 16_000_000  # and no more than this comes in one answer, but for a single mail
_IDLE_SECONDS = 25 * 60  # RFC 2177: a server may hang up after half an hour


class ImapSource:
    """Reads one folder of one account."""

    def __init__(
        self,
        name: str,
        account: ImapAccount,
        since: datetime | None = None,
        *,
        broken: Collection[str] = (),
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        """Read ``account``; at first what arrived on the day of ``since`` (UTC) or later.

        ``broken`` are the locations of mails that earlier polls gave and nobody could read.
        Raises ``SourceError`` where a password would go unprotected to another machine.
        """
        if account.exposes_password:
            raise SourceError(
                f"{account.host}: without TLS the password could be read on the way; "
                'set security to "tls" or "starttls"'
            )
        self._name = name
        self._account = account
        self._since = since
        self._broken = frozenset(broken)
        self._limits = limits

    @property
    def name(self) -> str:
        """The name that the configuration gives this source."""
        return self._name

    def fetch(self, cursor: str | None) -> Iterator[Batch]:
        """Yield what arrived after ``cursor``, oldest first.  Raises ``SourceError``."""
        validity, first = _position(cursor)
        with self._connected() as client:
            current = self._selected(client)
            if current != validity:
                first = 0
            elif self._account.moves_mail:
                self._tidy(client, first)
            for uids in self._sized(client, self._new(client, first)):
                yield self._batch(client, uids, current)

    def wait(self, seconds: float) -> bool:
        """Return soon after mail arrives (RFC 2177, IDLE), or False when ``seconds`` are over.

        Where the server has no IDLE it returns False at once, and the caller polls as usual.
        Raises ``SourceError``.
        """
        with self._connected() as client:
            if not client.has_capability("IDLE"):
                return False
            self._selected(client)
            client.idle()
            try:
                answers = client.idle_check(timeout=min(seconds, _IDLE_SECONDS))
            finally:
                with suppress(IMAPClientError, OSError):
                    client.idle_done()
            return any(b"EXISTS" in answer for answer in answers)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        account = self._account
        try:
            with self._opened() as client:
                client.login(account.username, account.password)
                yield client
        except LoginError as error:
            raise SourceError(f"{account.host}: the user name or password is wrong") from error
        except ssl.SSLError as error:
            raise SourceError(f"{account.host}: TLS failed: {error.reason}") from error
        except (IMAPClientError, OSError, ValueError) as error:
            raise SourceError(f"{account.host}: {_said(error)}") from error

    def _opened(self) -> Any:  # noqa: ANN401 - IMAPClient has no types
        account = self._account
        context = ssl.create_default_context()
        if account.ca_file:
            context.load_verify_locations(account.ca_file)
        implicit = account.security is ImapSecurity.TLS
        client = IMAPClient(
            account.host,
            port=account.port,
            ssl=implicit,
            ssl_context=context if implicit else None,
            timeout=_TIMEOUT,
        )
        if account.security is ImapSecurity.STARTTLS:
            client.starttls(context)
        return client

    def _selected(self, client: Any) -> int:  # noqa: ANN401
        """Select the folder; return its UIDVALIDITY."""
        answer = client.select_folder(self._account.folder, readonly=not self._account.moves_mail)
        return int(answer.get(b"UIDVALIDITY", 0))

    def _new(self, client: Any, first: int) -> list[int]:  # noqa: ANN401
        if first:
            criteria: list[Any] = ["UID", f"{first}:*"]
        else:
            criteria = ["SINCE", self._since.date()] if self._since else ["ALL"]
        # "n:*" names the last mail even where its UID is lower (RFC 9051 section 6.4.4).
        return sorted(uid for uid in client.search(criteria) if uid >= first)

    def _sized(self, client: Any, uids: Sequence[int]) -> Iterator[Mapping[int, int]]:  # noqa: ANN401
        """Yield UIDs with their sizes, few enough for one answer."""
        for start in range(0, len(uids), _UIDS):
            some = uids[start : start + _UIDS]
            answers = client.fetch(some, ["RFC822.SIZE"])
            sizes = {uid: int(answers[uid][b"RFC822.SIZE"]) for uid in some if uid in answers}
            portion: dict[int, int] = {}
            for uid, size in sizes.items():
                if portion and sum(portion.values()) + size > _BYTES:
                    yield portion
                    portion = {}
                portion[uid] = size
            if portion:
                yield portion

    def _batch(self, client: Any, sizes: Mapping[int, int], validity: int) -> Batch:  # noqa: ANN401
        builder = BatchBuilder()
        limit = self._limits.message_bytes
        wanted = [uid for uid, size in sizes.items() if size <= limit]
        answers = client.fetch(wanted, ["BODY.PEEK[]"]) if wanted else {}
        for uid in sizes:
            location = self._location(uid)
            content = answers.get(uid, {}).get(b"BODY[]")
            if uid not in wanted:
                builder.skip(location, f"longer than {limit} bytes")
            elif content:
                builder.add(RawMessage(content, location))
        return builder.take(_cursor(validity, max(sizes) + 1))

    def _location(self, uid: int) -> str:
        return f"{self._account.folder} of {self._account.username}, UID {uid}"

    def _tidy(self, client: Any, first: int) -> None:  # noqa: ANN401
        """Move what was read before to the folders for it."""
        if first <= 1 or not (stored := client.search(["UID", f"1:{first - 1}"])):
            return
        bad = [uid for uid in stored if self._location(uid) in self._broken]
        good = [uid for uid in stored if self._location(uid) not in self._broken]
        done = self._account.done_folder
        self._move_all(client, bad, self._account.bad_folder or done)
        self._move_all(client, good, done)

    def _move_all(self, client: Any, uids: Sequence[int], folder: str | None) -> None:  # noqa: ANN401
        if folder is None or not uids:
            return
        if not client.folder_exists(folder):
            client.create_folder(folder)
        for start in range(0, len(uids), _UIDS):
            self._move(client, uids[start : start + _UIDS], folder)

    def _move(self, client: Any, uids: Sequence[int], folder: str) -> None:  # noqa: ANN401
        if client.has_capability("MOVE"):
            client.move(uids, folder)
            return
        client.copy(uids, folder)
        client.delete_messages(uids)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)
        else:
            client.expunge()


def _position(cursor: str | None) -> tuple[int, int]:
    """Return UIDVALIDITY and the UID to read from; -1 where nothing was read yet."""
    if cursor is None:
        return -1, 0
    values = read_cursor(_KIND, cursor)
    return whole_number(values.get("validity")), whole_number(values.get("next"))


def _cursor(validity: int, following: int) -> str:
    return write_cursor(_KIND, {"validity": validity, "next": following})


def _said(error: Exception) -> str:
    """Return what went wrong in a line without what a server may have smuggled in."""
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, ConnectionError):
        return "the server cannot be reached"
    text = "".join(filter(str.isprintable, str(error)))[:200]
    return text or type(error).__name__
