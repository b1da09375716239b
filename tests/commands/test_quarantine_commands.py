# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator sees of mail that could not be read, and of the sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.commands.conftest import Weighbridge

ESCAPE = b"\x1b[2J"
DEEP = (
    b"From: a@example.org\nSubject: deep \x1b[2J\nMIME-Version: 1.0\n"
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(100)
    )
    + b"\n\ntext\n"
)


def _broken_mail(configuration: Path) -> None:
    (configuration.parent / "archive" / "new" / "1772000000.1.example").write_bytes(DEEP)


def test_a_broken_mail_is_kept_aside_and_the_rest_is_read(
    weighbridge: Weighbridge, configuration: Path
) -> None:
    _broken_mail(configuration)
    polled = weighbridge("poll", "--once", "--config", configuration)
    assert polled.returncode == 3
    assert "Verdict: fail" in polled.stdout
    listed = weighbridge("quarantine", "list", "--config", configuration).stdout
    assert "samples" in listed
    assert "nested more than" in listed
    assert "1 mails cannot be read" in weighbridge("status", "--config", configuration).stdout
    shown = weighbridge("quarantine", "show", "1", "--config", configuration).stdout
    assert "Subject: deep" in shown
    assert ESCAPE.decode() not in shown


def test_a_mail_that_still_breaks_stays(weighbridge: Weighbridge, configuration: Path) -> None:
    _broken_mail(configuration)
    weighbridge("poll", "--once", "--config", configuration)
    tried = weighbridge("quarantine", "retry", "--config", configuration)
    assert tried.returncode == 3
    assert "1: the parts are nested" in tried.stdout
    assert "1     " in weighbridge("quarantine", "list", "--config", configuration).stdout
    missing = weighbridge("quarantine", "show", "7", "--config", configuration)
    assert missing.returncode == 3
    assert "there is no mail 7" in missing.stderr


def test_nothing_is_kept_aside_at_first(weighbridge: Weighbridge, configuration: Path) -> None:
    listed = weighbridge("quarantine", "list", "--config", configuration)
    assert (listed.returncode, listed.stdout) == (0, "no mail is kept aside\n")
    assert weighbridge("quarantine", "retry", "--config", configuration).returncode == 0


def test_sources_tell_where_they_stand(weighbridge: Weighbridge, configuration: Path) -> None:
    before = weighbridge("sources", "--config", configuration).stdout
    assert "samples (maildir)" in before
    assert "never read to its end" in before
    weighbridge("poll", "--once", "--config", configuration)
    after = weighbridge("sources", "--config", configuration).stdout
    assert "0 min ago" in after
    assert re.search(r"goes on at what arrived after 20\d\d-\d\d-\d\d \d\d:\d\d UTC\n", after)
    assert "kind" not in after
    assert "newest mail of 2025-" in after
    verbose = weighbridge("sources", "--verbose", "--config", configuration).stdout
    assert verbose.startswith(after.rstrip("\n"))
    assert 'cursor {"kind":"maildir"' in verbose
    document = json.loads(
        weighbridge("sources", "--format", "json", "--config", configuration).stdout
    )
    assert document["name"] == "samples"
    assert json.loads(document["cursor"])["kind"] == "maildir"
    assert document["goes_on_at"].startswith("what arrived after")
    assert document["read_at"].endswith("+00:00")
