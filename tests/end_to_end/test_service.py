# SPDX-License-Identifier: GPL-3.0-or-later
"""``weighbridge run`` in live mode between a real public-inbox and a real Postfix.

The archive is the bundled one, so every conversation of it is answered as it should be, or not at
all.  It grows while the bot looks on, as a real one does: first all that came before the second
revision of one series, then the rest.  After that a second run finds nothing left to say.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from subprocess import Popen

from bot.samples import conversations
from tests.end_to_end.command import service
from tests.servers.postfix import Postfix
from tests.servers.process import wait_until
from tests.servers.public_inbox import PublicInbox

CONFIGURATION = """
mode = "live"
data_directory = "state"
offline = true

[[sources]]
name = "archive"
kind = "public-inbox"
url = "{url}"
since = "beginning"

[bot]
address = "bot@example.org"
operator = "operator@example.org"
bounces = "bounces@example.org"

[reply]
settle = "1s"
settle_incomplete = "2s"
max_age = "520w"

[mail_limits]
per_hour = 100
per_day = 100
per_person_per_day = 100

[smtp]
host = "localhost"
port = {port}
security = "starttls"
username = "bot"
password_file = "password"
ca_file = "{authority}"

[schedule]
poll = "1s"
triage = "1s"
deliver = "1s"
jitter = "0s"
"""

ANSWERED = {
    79108: "yuki@example.org",
    79111: "oscar@example.net",
    79115: "sune@example.org",
    79119: "dara@example.org",
    79123: "pavel@example.net",
    79126: "ileana@example.net",
    79130: "tomasz@example.net",
    79134: "tomasz@example.net",
    79141: "ileana@example.net",
    79144: "rene@example.net",
}
"""Who sent the series that ship a model, by issue; all others are met with silence."""

REVISED = 79115
SECOND_REVISION_AT = datetime(2025, 11, 7, tzinfo=UTC)
ANSWERED_FIRST = {79108, 79111, REVISED, 79119}


def _archive() -> tuple[list[bytes], list[bytes]]:
    """Return the mails from before the second revision, and those from then on."""
    dated = [
        (parsedate_to_datetime(message_from_bytes(mail)["Date"]), mail)
        for conversation in conversations()
        for mail in conversation.mails
    ]
    ordered = sorted(dated, key=lambda each: each[0])
    before = [mail for date, mail in ordered if date < SECOND_REVISION_AT]
    return before, [mail for date, mail in ordered if date >= SECOND_REVISION_AT]


@contextmanager
def _running(archive: PublicInbox, postfix: Postfix, home: Path) -> Iterator[Popen[bytes]]:
    authority = postfix.certificate.certificate
    text = CONFIGURATION.format(url=archive.url, port=postfix.submission, authority=authority)
    (home / "weighbridge.toml").write_text(text)
    (home / "password").write_text("s3cret\n")
    arguments = ["run", "--config", "weighbridge.toml"]
    with service(arguments, home, home / "log") as process:
        yield process
        assert process.poll() is None, (home / "log").read_text()
    assert process.returncode == 0, (home / "log").read_text()


def _parsed(mails: list[bytes]) -> list[EmailMessage]:
    return [message_from_bytes(mail, policy=policy.default) for mail in mails]


def _delivered(postfix: Postfix) -> dict[str, list[EmailMessage]]:
    return {owner: _parsed(mails) for owner, mails in postfix.everything().items()}


def _wait_for_silence(postfix: Postfix, mails: int, process: Popen[bytes]) -> None:
    """Wait for ``mails`` deliveries, then long enough for one too many to arrive."""

    def count() -> int:
        return sum(map(len, postfix.everything().values()))

    wait_until(lambda: count() >= mails or process.poll() is not None, 90, every=0.2)
    time.sleep(4)
    postfix.wait_until_idle()


def _check_headers(reply: EmailMessage, issue: int, submitter: str) -> None:
    assert reply["From"].addresses[0].addr_spec == "bot@example.org"
    assert [to.addr_spec for to in reply["To"].addresses] == [f"{issue}@debbugs.gnu.org"]
    assert [cc.addr_spec for cc in reply["Cc"].addresses] == [submitter]
    assert reply["Subject"].startswith("Re: ")
    assert reply["In-Reply-To"] in reply["References"].split()
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply["X-Weighbridge"]
    assert reply["Message-ID"].startswith("<weighbridge.")
    assert reply["Return-Path"] == "<bounces@example.org>"


def test_every_model_is_answered_once_and_nothing_else_is(
    public_inbox: PublicInbox, postfix: Postfix, tmp_path: Path
) -> None:
    before, after = _archive()
    public_inbox.add(*before)
    with _running(public_inbox, postfix, tmp_path) as process:
        _wait_for_silence(postfix, 2 * len(ANSWERED_FIRST), process)
        first = _delivered(postfix)
        public_inbox.add(*after)
        _wait_for_silence(postfix, 2 * len(ANSWERED) + 2, process)
        second = _delivered(postfix)
    with _running(public_inbox, postfix, tmp_path):
        time.sleep(6)
        third = _delivered(postfix)

    _check_answers(first, {issue: ANSWERED[issue] for issue in ANSWERED_FIRST})
    _check_answers(second, ANSWERED, revised=REVISED)
    _check_second_answer(*second[f"{REVISED}@debbugs.gnu.org"])
    assert _ids(third) == _ids(second), "the second run has nothing to say"


def _check_answers(
    delivered: dict[str, list[EmailMessage]], answered: dict[int, str], revised: int = 0
) -> None:
    """Each of ``answered`` has its mail once at the tracker and once at the submitter's."""
    trackers = {f"{issue}@debbugs.gnu.org" for issue in answered}
    assert set(delivered) == trackers | set(answered.values())
    for issue, submitter in answered.items():
        replies = delivered[f"{issue}@debbugs.gnu.org"]
        assert len(replies) == (2 if issue == revised else 1)
        for reply in replies:
            _check_headers(reply, issue, submitter)
            copies = [copy["Message-ID"] for copy in delivered[submitter]]
            assert copies.count(reply["Message-ID"]) == 1
    assert sum(map(len, delivered.values())) == 2 * (len(answered) + bool(revised))


def _check_second_answer(first: EmailMessage, second: EmailMessage) -> None:
    assert second["Message-ID"] != first["Message-ID"]
    since = second.get_content().partition("Since version 1:\n")[2].partition("\n\n")[0]
    fixed = [line.split(maxsplit=1)[1] for line in since.splitlines() if "fixed" in line]
    assert fixed == ["wren-voice-nb: #:substitutable? is not set"]
    assert "remains  wren-voice-fo: #:substitutable? is not set" in since


def _ids(mails: dict[str, list[EmailMessage]]) -> dict[str, list[str]]:
    return {owner: [str(mail["Message-ID"]) for mail in got] for owner, got in mails.items()}
