# SPDX-License-Identifier: GPL-3.0-or-later
"""One poll of the whole pipeline in a process of its own, so that its memory can be told.

    python -m bench.ingest.poll DIRECTORY URL NOW

Prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

from bot.application import open_application
from bot.config import Config
from bot.sources import public_inbox_git
from bot.sources.git_epoch import GitEpoch


class _TimedEpoch(GitEpoch):
    """Tells how long git itself took to clone and fetch."""

    seconds = 0.0

    def update(self, url: str) -> None:
        began = time.perf_counter()
        super().update(url)
        type(self).seconds += time.perf_counter() - began


def main(directory: Path, url: str, now: datetime) -> None:
    """Poll the archive at ``url``, triage what is due, and tell what it took."""
    settings = {"data_directory": directory, "offline": True, "reply": {"settle": "0s"}}
    config = Config.model_validate(settings)
    vars(public_inbox_git)["GitEpoch"] = _TimedEpoch
    wall = time.perf_counter()
    with open_application(config, clock=lambda: now) as application:
        source = public_inbox_git.PublicInboxGitSource("list", url, directory / "mirror")
        outcome = application.poll(source)
        polled = time.perf_counter() - wall
        triaged = application.triage_due()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "messages": outcome.messages,
        "unreadable": len(outcome.unreadable),
        "series": triaged.triaged,
        "replies": len(triaged.replies),
        "failures": len(triaged.failures),
        "poll_seconds": polled,
        "seconds": time.perf_counter() - wall,
        "git_seconds": _TimedEpoch.seconds,
        "peak_megabytes": usage.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3]))
