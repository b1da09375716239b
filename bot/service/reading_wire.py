# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process that reads mails is asked and answers, as bytes over a socket.

Both ends are this program: the bytes are pickled, each message behind its length.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.mail.message import Address, Message, SubjectTag
from bot.service.reading import Reading, ReadMail
from bot.sources.interface import RawMessage

_LENGTH = struct.Struct(">Q")
_LONGEST = 1 << 32
_READ_MAIL = attrgetter("message", "set_aside", "promising", "names")


@dataclass(frozen=True, slots=True)
class Question:
    """Mails to be read."""

    contents: tuple[bytes, ...]
    since: datetime | None
    now: datetime


def send(connection: socket.socket, value: object, seconds: float | None = None) -> None:
    """Send ``value``; raises ``OSError`` where that takes longer than ``seconds``."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(value)
    connection.settimeout(seconds)
    connection.sendall(_LENGTH.pack(buffer.tell()))
    connection.sendall(buffer.getbuffer())


def receive(connection: socket.socket, seconds: float | None = None) -> Any:  # noqa: ANN401
    """Return what the other end sent.

    Raises ``EOFError`` where it has hung up, ``OSError`` where it takes longer than ``seconds``,
    and ``ValueError`` where it sends anything else.
    """
    end = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size, end))
    if length > _LONGEST:
        raise ValueError("the length of a message cannot be right")
    return pickle.loads(_exactly(connection, length, end))  # noqa: S301


def _exactly(connection: socket.socket, size: int, end: float | None) -> bytearray:
    content = bytearray(size)
    view, filled = memoryview(content), 0
    while filled < size:
        connection.settimeout(None if end is None else max(0.001, end - time.monotonic()))
        received = connection.recv_into(view[filled:])
        if not received:
            raise EOFError("the other process has hung up")
        filled += received
    return content


def packed(readings: Sequence[Reading]) -> list[Any]:
    """Return readings without the bytes of the mails, which the other end has."""
    return [one if isinstance(one, str) else _READ_MAIL(one) for one in readings]


def unpacked(raws: Sequence[RawMessage], values: Sequence[Any]) -> list[Reading]:
    """Return the readings that ``packed`` made ``values`` of; ``raws`` are the mails."""
    return [
        one if isinstance(one, str) else ReadMail(raw, *one)
        for raw, one in zip(raws, values, strict=True)
    ]


def _as_call(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda one: (kind, values(one))


# The dataclasses' own way of pickling frozen slots takes longer than reading a mail.
_TABLE: dict[type[Any], Any] = {
    **copyreg.dispatch_table,
    **{kind: _as_call(kind) for kind in (Message, SubjectTag, Address)},
}
