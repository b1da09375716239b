# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the service again and again, against a server that fails at every stage, and counts.

Used small in the tests, and at full size by ``bench/crash.py``.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.reply.outbox import State
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.outbox import StoredMail, mail_in
from tests.servers.faulty_smtp import Fault, FaultySmtp
from tests.servers.process import wait_until
from tests.service.archive import MAILS, Archive

PASSING = (
    Fault.SENDER_LATER,
    Fault.CONTENT_LATER,
    Fault.HANG_UP_AT_RECIPIENT,
    Fault.HANG_UP_BEFORE_TAKING,
    Fault.HANG_UP_AFTER_TAKING,
    Fault.LATE,
)
"""Faults after which a mail must still arrive."""

_CONFIGURATION = """
mode = "live"
data_directory = "state"
offline = true
{database}
[bot]
address = "bot@example.org"
operator = "operator@example.org"
[[sources]]
name = "archive"
kind = "maildir"
path = "archive"
since = "beginning"
[reply]
settle = "1s"
max_age = "5000d"
[mail_limits]
per_hour = 10000
per_day = 10000
per_thread_per_day = 1000
per_person_per_day = 1000
[delivery]
confirm_wait = "{confirm_wait}s"
attempts = 100
first_retry = "1s"
longest_retry = "2s"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
timeout = "2s"
[schedule]
poll = "1s"
triage = "1s"
deliver = "1s"
jitter = "0s"
"""


@dataclass(frozen=True, slots=True)
class CrashPlan:
    """How hard it gets."""

    kills: int
    mails: int
    processes: int = 1
    fault_rate: float = 0.5
    archive_shows: bool = True
    """Whether what the server took shows up in the archive that the bot polls."""
    confirm_wait: int = 6
    """Seconds."""
    longest_life: float = 2.5
    """Seconds after which a process is killed at the latest."""
    seed: int = 1
    patience: float = 120.0
    """Seconds that the last processes may spend without getting any further."""


@dataclass(frozen=True, slots=True)
class CrashResult:
    """What arrived."""

    expected: int
    """Issues that must be answered."""
    arrived: int
    """Issues that were."""
    copies: Counter[int]
    """How many mails arrived how often: {1: 40} is what is wanted."""
    message_ids: int
    """Distinct Message-IDs that arrived."""
    kills: int
    faults: Counter[Fault]
    states: Counter[str]
    """Of the outbox, in the end."""
    seconds: float
    errors: Counter[str]
    """What the service logged as errors."""


def many_patches(count: int) -> list[bytes]:
    """Return ``count`` mails, each a patch of its own under a number of its own."""
    (template,) = MAILS["06-torrent-without-licence"]
    return [_renumbered(template, number) for number in range(count)]


def _renumbered(template: bytes, number: int) -> bytes:
    mail = template.replace(b"79119", str(80_000 + number).encode())
    mail = re.sub(rb"(?mi)^(Message-ID: <)", rb"\g<1>n%d-" % number, mail, count=1)
    mail = mail.replace(b"dara@example.org", b"dara%d@example.org" % number)
    return mail.replace(b"condor-7b-weights", b"condor-%d-weights" % number)


def crash(directory: Path, plan: CrashPlan, database_url: str = "") -> CrashResult:
    """Run the service, kill it ``plan.kills`` times, let it finish, and count what arrived."""
    begun, chance = time.monotonic(), random.Random(plan.seed)  # noqa: S311
    archive, server = Archive(directory), FaultySmtp(late_seconds=0.5)
    server.next_fault = lambda: (
        chance.choice(PASSING) if chance.random() < plan.fault_rate else Fault.NONE
    )
    _prepare(_url(directory, database_url))
    feed = _Feed(archive, many_patches(plan.mails), server if plan.archive_shows else None)
    with server.serving():
        launcher = _Launcher(directory, _write(directory, plan, server.port, database_url))
        for number in range(plan.kills):
            feed.give(plan.mails * (number + 1) // plan.kills)
            with launcher.running(plan.processes):
                _live(chance.uniform(0.05, plan.longest_life), feed)
        feed.give(plan.mails)
        if plan.kills:
            server.next_fault = lambda: Fault.NONE
        with launcher.running(plan.processes):
            _finish(feed, _url(directory, database_url), plan)
        launcher.close()
    mails = _mails(_url(directory, database_url))
    recipients = {name for _, names in server.taken for name in names}
    return CrashResult(
        expected=plan.mails,
        arrived=sum(name.endswith("@debbugs.gnu.org") for name in recipients),
        copies=Counter(server.copies().values()),
        message_ids=len(server.copies()),
        kills=plan.kills,
        faults=server.faults,
        states=Counter(mail.state for mail in mails),
        seconds=time.monotonic() - begun,
        errors=_logged_errors(directory / "log"),
    )


class _Feed:
    """Puts the patches into the archive bit by bit, and there what the server has taken."""

    def __init__(self, archive: Archive, mails: Sequence[bytes], server: FaultySmtp | None) -> None:
        self._archive = archive
        self._mails = list(mails)
        self._server = server
        self._given = 0
        self._shown = 0

    def give(self, count: int) -> None:
        """Put the first ``count`` patches into the archive."""
        self._archive.put(self._mails[self._given : count])
        self._given = max(self._given, count)

    def show(self) -> None:
        """Put what the server has taken since into the archive."""
        if self._server is not None:
            taken = self._server.contents[self._shown :]
            self._archive.put(taken)
            self._shown += len(taken)


def _live(seconds: float, feed: _Feed) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(0.05, max(0.0, end - time.monotonic())))
        feed.show()


def _finish(feed: _Feed, url: str, plan: CrashPlan) -> None:
    """Wait until every patch has its mail and no mail has anything left to do.

    A loaded machine may take long, as long as it gets on.
    """
    settled = {State.CONFIRMED, State.FAILED, State.CANCELLED}
    settled |= set() if plan.archive_shows else {State.SENT}
    before: list[tuple[str, str, int]] = []
    end = time.monotonic() + plan.patience
    while time.monotonic() < end:
        time.sleep(0.5)
        feed.show()
        mails = _mails(url)
        now = [(mail.message_id, mail.state, mail.attempts) for mail in mails]
        if now != before:
            before, end = now, time.monotonic() + plan.patience
        if len(mails) >= plan.mails and all(mail.state in settled for mail in mails):
            return


class _Launcher:
    """Starts processes of the service, and kills them with SIGKILL."""

    def __init__(self, directory: Path, configuration: Path) -> None:
        command = [sys.executable, "-m", "tests.service.launcher", str(configuration)]
        with (directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )

    @contextmanager
    def running(self, count: int) -> Iterator[None]:
        """Run so many processes of the service until the block ends."""
        numbers = [self._start() for _ in range(count)]
        try:
            yield
        finally:
            for number in numbers:
                os.kill(number, signal.SIGKILL)
            wait_until(lambda: not any(map(_lives, numbers)), 10, every=0.01)

    def close(self) -> None:
        """End the launcher."""
        self._process.communicate("", timeout=30)

    def _start(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def _write(directory: Path, plan: CrashPlan, port: int, database_url: str) -> Path:
    file = directory / "weighbridge.toml"
    database = f'database = "{database_url}"' if database_url else ""
    text = _CONFIGURATION.format(port=port, database=database, confirm_wait=plan.confirm_wait)
    file.write_text(text, encoding="utf-8")
    return file


def _url(directory: Path, database_url: str) -> str:
    return database_url or f"sqlite:///{directory}/state/weighbridge.db"


def _prepare(url: str) -> None:
    """Make the tables, so that they can be looked into from the beginning."""
    database = Database(url)
    upgrade(database, datetime.now(UTC))
    database.close()


def _mails(url: str) -> tuple[StoredMail, ...]:
    database = Database(url)
    try:
        with database.reading() as connection:
            return mail_in(connection, set(State), limit=100_000)
    finally:
        database.close()


def _logged_errors(log: Path) -> Counter[str]:
    """Return what was logged as an error, by event; the last line may have been cut off.

    What is no line of the log is what a process said as it died without being killed.
    """
    errors: Counter[str] = Counter()
    for line in log.read_text(encoding="utf-8").splitlines():
        if not line.startswith("{"):
            errors[line[:300]] += 1
        if '"level": "error"' in line and line.endswith("}"):
            entry = json.loads(line)
            errors[f"{entry['event']}: {entry.get('traceback', '')[-300:]}"] += 1
    return errors


def summary(result: CrashResult) -> Iterator[str]:
    """Yield the result as lines of a table."""
    yield f"kills                {result.kills}"
    yield f"answers expected     {result.expected}"
    yield f"answers arrived      {result.arrived}"
    yield f"Message-IDs arrived  {result.message_ids}"
    for times, count in sorted(result.copies.items()):
        yield f"  arrived {times} time(s)  {count}"
    for fault, count in sorted(result.faults.items()):
        yield f"fault: {fault:24} {count}"
    for state, count in sorted(result.states.items()):
        yield f"outbox: {state:23} {count}"
    yield f"seconds              {result.seconds:.0f}"
