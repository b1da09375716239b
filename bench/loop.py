# SPDX-License-Identifier: GPL-3.0-or-later
"""Two bots, a tracker and auto-responders talk through Postfix for many rounds (needs root).

python -m bench.loop --rounds 1000 --patches 50
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.postfix import postfix_server
from tests.service.talking import Talk


def main() -> int:
    """Run, print what was said, and return 1 where a bot said more or less than one thing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1_000)
    parser.add_argument("--patches", type=int, default=50)
    options = parser.parse_args()
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="weighbridge-loop-") as directory,
        postfix_server() as p,
    ):
        result = Talk(Path(directory), p).run(options.rounds, options.patches)
    print(f"rounds                         {result.rounds}")
    print(f"patches                        {result.patches}")
    for address, count in sorted(result.answers.items()):
        print(f"answers of {address:20}{count}")
    print(f"mails of auto-responders       {result.responses}")
    print(f"acknowledgements of the tracker {result.acknowledgements}")
    print(f"mails that the bots have read  {result.read}")
    print(f"seconds                        {time.monotonic() - begun:.0f}")
    return 0 if set(result.answers.values()) == {result.patches} else 1


if __name__ == "__main__":
    sys.exit(main())
