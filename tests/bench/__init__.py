# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the benches that find out what docs/accuracy.md states."""
