# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration over the sample archive, and a way to call the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from mailbox import Maildir
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.samples import conversations

Completed: TypeAlias = "subprocess.CompletedProcess[str]"
Weighbridge = Callable[..., Completed]


@pytest.fixture
def weighbridge(tmp_path: Path) -> Weighbridge:
    """Run the real command in a process of its own, at home in an empty directory."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}

    def call(*arguments: str | Path, stdin: bytes | str = "") -> Completed:
        given = stdin.decode("utf-8", "surrogateescape") if isinstance(stdin, bytes) else stdin
        return subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)],
            input=given,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            env={**kept, "HOME": str(home), "COLUMNS": "80"},
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """A dry run over a Maildir that holds the sample archive."""
    maildir = Maildir(tmp_path / "archive")
    for conversation in conversations():
        for mail in conversation.mails:
            maildir.add(mail)
    path = tmp_path / "weighbridge.toml"
    path.write_text(
        f"""
mode = "dry-run"
data_directory = "{tmp_path / "state"}"
offline = true
[reply]
max_age = "520w"
[bot]
address = "weighbridge@example.org"
operator = "operator@example.org"
[[sources]]
name = "samples"
kind = "maildir"
path = "{tmp_path / "archive"}"
since = "beginning"
""",
        encoding="utf-8",
    )
    return path
