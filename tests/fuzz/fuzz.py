# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the fuzzer on one target, until it fails or is stopped.

    python -m venv fuzz-env && fuzz-env/bin/pip install -e . atheris hypothesis pytest
    fuzz-env/bin/python -m tests.fuzz.fuzz mail -max_total_time=600

Behind the target's name stand libFuzzer's options.  What it finds is written to the working
directory; make it small, give it a telling name and add it to ``tests/fuzz/corpus/TARGET/``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS, corpus_of


def main(arguments: list[str]) -> None:
    """Fuzz the target that ``arguments`` name."""
    import atheris  # type: ignore  # noqa: PGH003, PLC0415 - not installed for tests

    if len(arguments) < 2 or arguments[1] not in TARGETS:
        sys.exit(f"which of these: {', '.join(TARGETS)}?")
    target = TARGETS[arguments[1]]
    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as found:
        seeds = [found, str(corpus_of(arguments[1]))]
        atheris.Setup([arguments[0], *arguments[2:], *seeds], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main([Path(sys.argv[0]).name, *sys.argv[1:]])
