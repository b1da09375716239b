# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the demonstration's output that the README shows.

``python -m tests.project.transcript`` (or ``make readme``) writes it into the README anew.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.end_to_end.command import weighbridge

README = Path(__file__).resolve().parents[2] / "README.md"
_BAR = "-" * 72
_REPLY = "Subject: Re: [bug#79119]"
_LAST_LEFT_ALONE = "bug#79130: Acknowledgement"
_BLOCK = re.compile(r"^    \$ make run\n(?: {4}.*\n|\n)+", re.MULTILINE)


def shown() -> str:
    """Run the demonstration; return one reply, the first mails left alone, and the summary."""
    with tempfile.TemporaryDirectory() as home:
        printed = weighbridge("demo", home=Path(home)).stdout
    middle = printed.index(_REPLY)
    start = printed.rindex(_BAR, 0, printed.rindex("it would go to", 0, middle))
    reply = printed[start : printed.index(f"\n{_BAR}\n", middle)]
    aside = printed[printed.index(f"{_BAR}\nLooked at and left alone") :]
    first_aside = aside[: aside.index(_LAST_LEFT_ALONE)]
    summary = aside[aside.index(f"{_BAR}\nSummary") :]
    parts = [part.strip("\n") for part in (reply, first_aside, summary)]
    return "$ make run\n[...]\n" + "\n[...]\n".join(parts) + "\n"


def block(readme: str) -> str:
    """Return the transcript that a README holds, unindented."""
    found = _BLOCK.findall(readme)
    if len(found) != 1:
        raise ValueError("the README has no transcript of make run, or more than one")
    return re.sub(r"^ {4}", "", str(found[0]), flags=re.MULTILINE).rstrip("\n") + "\n"


def refresh() -> None:
    """Put the transcript into the README."""
    lines = shown().splitlines()
    indented = "".join(f"    {line}\n" if line else "\n" for line in lines) + "\n"
    README.write_text(_BLOCK.sub(lambda _: indented, README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    refresh()
