# SPDX-License-Identifier: GPL-3.0-or-later
"""Diff text to file changes with the text before and after."""
