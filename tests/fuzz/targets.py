# SPDX-License-Identifier: GPL-3.0-or-later
"""What is fuzzed: functions of bytes that must not raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from bot.limits import Limits
from bot.mail.subject import one_line, parse_subject
from bot.sources.files import read_paths
from tests.mail.invariants import check_mail

_SMALL = Limits(message_bytes=100_000)


def _files(content: bytes) -> None:
    """Hand ``content`` to ``weighbridge check`` as standard input."""
    for _ in read_paths(["-"], _SMALL, BytesIO(content)):
        pass


def _subject(content: bytes) -> None:
    parse_subject(one_line(content.decode("utf-8", "replace"), 500))


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "mail": check_mail,
    "files": _files,
    "subject": _subject,
}


def corpus_of(target: str) -> Path:
    """Return the folder of a target's corpus."""
    return Path(__file__).parent / "corpus" / target
