# SPDX-License-Identifier: GPL-3.0-or-later
"""Patches made to be huge, or to keep whoever judges them busy."""
