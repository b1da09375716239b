# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the service at random moments while its server fails at every stage; counts what arrived.

    python -m bench.crash --kills 300 --mails 200

The mails go to a server on loopback.  ``--blind`` never shows the archive what was taken: it
counts how often the one window that SMTP leaves open doubles a mail.  docs/reliability.md holds
the figures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.service.crashing import CrashPlan, crash, summary


def main() -> int:
    """Run, print a table, and return 1 where an answer is missing or (seeing) doubled."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database")
    options = parser.parse_args()
    plan = CrashPlan(
        kills=options.kills,
        mails=options.mails,
        processes=options.processes,
        seed=options.seed,
        archive_shows=not options.blind,
        patience=600,
    )
    with tempfile.TemporaryDirectory(prefix="weighbridge-crash-") as directory:
        result = crash(Path(directory), plan, options.database)
    print("\n".join(summary(result)))
    complete = result.arrived == result.expected
    return 0 if complete and (options.blind or set(result.copies) == {1}) else 1


if __name__ == "__main__":
    sys.exit(main())
