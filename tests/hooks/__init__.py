# SPDX-License-Identifier: GPL-3.0-or-later
"""Hooks, run by the real git."""
