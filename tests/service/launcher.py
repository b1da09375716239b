# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts processes of the service by forking, so that none spends its short life on imports.

Takes the configuration's path on the command line, and one line on standard input for each process
to start; answers with its number.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

from bot.config import load_config
from bot.service.logs import configure_logging
from bot.service.scheduler import run_service


def main() -> None:
    """Fork once for each line."""
    path = Path(sys.argv[1])
    configure_logging(as_json=True)
    # Killed children vanish without being waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while sys.stdin.readline():
        number = os.fork()
        if number == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            os._exit(run_service(load_config(path), partial(load_config, path)))
        print(number, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
