# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m bench.reading --tree GIT_DIR --table FILE``: see docs/reading.md."""

from bench.reading.command import main

main()
