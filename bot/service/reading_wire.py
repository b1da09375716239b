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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.mail.message import Address, Message, SubjectTag
from bot.service.reading import Reading, ReadMail
from bot.sources.interface import RawMessage

_LENGTH = struct.Struct(">Q")
_TIME = struct.Struct("@ll")
"""A ``struct timeval``."""
_LONGEST = 1 << 32
_READ_MAIL = attrgetter("message", "set_aside", "promising", "names")


@dataclass(frozen=True, slots=True)
class Question:
    """Mails to be read."""

    contents: tuple[bytes, ...]
    since: datetime | None
    now: datetime


def limit_waiting(connection: socket.socket, seconds: float) -> None:
    """Have ``send`` and ``receive`` raise ``TimeoutError`` after ``seconds`` without progress.

    The kernel sees to that (socket(7), SO_RCVTIMEO): with a time-out of Python's own each of the
    many pieces of a message would wait for the interpreter, which is busy storing.
    """
    whole = int(seconds)
    pause = _TIME.pack(whole, int((seconds - whole) * 1_000_000))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        connection.setsockopt(socket.SOL_SOCKET, option, pause)


def send(connection: socket.socket, value: object) -> None:
    """Send ``value``; raises ``OSError`` where the other end has hung up."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(value)
    try:
        connection.sendall(_LENGTH.pack(buffer.tell()))
        connection.sendall(buffer.getbuffer())
    except BlockingIOError as error:
        raise TimeoutError("the other process takes nothing") from error


def receive(connection: socket.socket) -> Any:  # noqa: ANN401
    """Return what the other end sent.

    Raises ``EOFError`` where it has hung up, and ``ValueError`` where it sends anything else.
    """
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if length > _LONGEST:
        raise ValueError("the length of a message cannot be right")
    return pickle.loads(_exactly(connection, length))  # noqa: S301


def _exactly(connection: socket.socket, size: int) -> bytearray:
    content = bytearray(size)
    view, filled = memoryview(content), 0
    while filled < size:
        try:
            received = connection.recv_into(view[filled:], flags=socket.MSG_WAITALL)
        except BlockingIOError as error:
            raise TimeoutError("the other process says nothing") from error
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
