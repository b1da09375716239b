# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that only reads mails, for one poll (``reading_process.py`` starts it).

    python -P -m bot.service.reading_worker

Its standard input is a socket.  It is told the rules, says that it is ready, and then answers
questions until the other end hangs up.
"""

from __future__ import annotations

import gc
import os
import signal
import socket

from bot.service.reading import Reader, ReadingRules
from bot.service.reading_wire import Question, packed, receive, send
from bot.sources.interface import RawMessage

READY = "ready"


def main() -> None:
    """Serve what is at the other end of standard input."""
    # Who interrupts the poll interrupts the process that polls, and that one hangs up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=os.dup(0)) as connection:
        try:
            _serve(connection)
        except (EOFError, ConnectionError):
            return


def _serve(connection: socket.socket) -> None:
    rules = receive(connection)
    if not isinstance(rules, ReadingRules):
        raise TypeError("these are no rules")
    reader = Reader(rules)
    send(connection, READY)
    # What is loaded stays, and what a batch leaves behind in circles is swept up after each.
    gc.freeze()
    gc.disable()
    while True:
        gc.collect()
        question: Question = receive(connection)
        mails = [RawMessage(content, "") for content in question.contents]
        send(connection, packed(reader.read(mails, question.since, question.now)))


if __name__ == "__main__":
    main()
