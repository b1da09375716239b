# SPDX-License-Identifier: GPL-3.0-or-later
"""What others need to parse the same mails."""

from __future__ import annotations

import email
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import mailparser  # type: ignore[import-untyped]

from bot.mail.parse import parse_message
from tests.mail.mails import OWN


def _mailinfo(mail: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        files = [str(Path(directory) / name) for name in ("message", "patch")]
        subprocess.run(["git", "mailinfo", *files], input=mail, check=False, capture_output=True)


PARSERS: Mapping[str, tuple[Callable[[bytes], object], int]] = {
    "bot.mail.parse alone": (lambda mail: parse_message(mail, OWN), 5_000),
    "mail-parser alone": (mailparser.parse_from_bytes, 2_000),
    "standard library (compat32) alone": (email.message_from_bytes, 5_000),
    "git mailinfo, a process each": (_mailinfo, 200),
}
"""Name to the parser and how many mails are enough to tell."""


def rate(parse: Callable[[bytes], object], mails: Sequence[bytes]) -> float:
    """Return mails per second."""
    began = time.perf_counter()
    for mail in mails:
        parse(mail)
    return len(mails) / (time.perf_counter() - began)
