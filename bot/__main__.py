# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m bot``: the same as ``weighbridge``."""

from __future__ import annotations

from bot.cli import main

main(prog_name="weighbridge")
