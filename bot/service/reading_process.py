# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of its own that reads mails, on the second core, while this one stores others.

It is a fresh interpreter, not a fork: this process may have threads that hold locks.  It knows
neither the database nor the network, and none of the secrets in this one's environment.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import bot
from bot.service.reading import Reading, ReadingRules
from bot.service.reading_wire import Question, limit_waiting, receive, send, unpacked
from bot.service.reading_worker import READY
from bot.sources.interface import RawMessage

_COMMAND = ("-P", "-m", "bot.service.reading_worker")
_SECRETS = "WEIGHBRIDGE_"
SECONDS = 60.0
"""Without an answer; a batch takes a tenth of one where nothing else wants the processor."""


class ReadingProcessError(RuntimeError):
    """The process died, or does not answer; nothing that it was asked is lost by that."""


class ReadingProcess:
    """One process; one thread may ask while another takes answers, which come in turn."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Start it; raises ``ReadingProcessError``.  ``seconds`` is how long an answer may take."""
        self._connection, theirs = socket.socketpair()
        self.wait_at_most(seconds)
        try:
            with theirs:
                self.process = subprocess.Popen(  # noqa: S603 - this very program
                    (sys.executable, *_COMMAND),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                )
        except OSError as error:
            self._connection.close()
            raise ReadingProcessError(f"it cannot be started: {error.strerror}") from error

    def prepare(self, rules: ReadingRules) -> None:
        """Give it the rules, and wait until it is ready; raises ``ReadingProcessError``."""
        self._send(rules)
        if self._receive() != READY:
            raise ReadingProcessError("it does not say that it is ready")

    def wait_at_most(self, seconds: float) -> None:
        """Take it for dead that does nothing for so long when something is wanted of it."""
        limit_waiting(self._connection, seconds)

    def ask(self, mails: Sequence[RawMessage], since: datetime | None, now: datetime) -> None:
        """Have it read mails as ``Reader.read`` does; raises ``ReadingProcessError``."""
        self._send(Question(tuple(mail.content for mail in mails), since, now))

    def answer(self, mails: Sequence[RawMessage]) -> list[Reading]:
        """Return what it has made of ``mails``, which it was asked; raises as ``ask`` does."""
        try:
            return unpacked(mails, self._receive())
        except (ValueError, TypeError) as error:
            raise ReadingProcessError("its answer makes no sense") from error

    def kill(self) -> None:
        """End it at once; a thread that waits for an answer is told that there is none."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Let go of what is left of it, once no thread waits for an answer."""
        self._connection.close()

    def _send(self, value: object) -> None:
        with _explained():
            send(self._connection, value)

    def _receive(self) -> Any:  # noqa: ANN401 - it is not to be trusted
        with _explained():
            return receive(self._connection)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise ReadingProcessError("it does not answer") from error
    except Exception as error:  # what it sends may be anything once it fails
        raise ReadingProcessError(f"it has ended or fails: {error}") from error


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    own = str(Path(bot.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (own, kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path}
