# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the service as a process of its own, for tests that send it signals or kill it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from bot.config import load_config
from bot.service.logs import configure_logging
from bot.service.scheduler import run_service


def main() -> int:
    """Run with the configuration file that is named on the command line."""
    configure_logging(as_json=True)
    path = Path(sys.argv[1])
    return run_service(load_config(path), partial(load_config, path))


if __name__ == "__main__":
    sys.exit(main())
