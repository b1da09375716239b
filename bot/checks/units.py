# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes for people, in the units that ``guix size`` prints (binary, one decimal)."""

from __future__ import annotations

_UNITS = ("KiB", "MiB", "GiB", "TiB")


def human_size(size: int) -> str:
    """Return bytes as ``512 B``, ``39.3 MiB`` …"""
    if size < 1024:
        return f"{size} B"
    value = float(size)
    for unit in _UNITS:
        value /= 1024
        if value < 1024 or unit == _UNITS[-1]:
            return f"{value:.1f} {unit}"
    raise AssertionError("unreachable")
