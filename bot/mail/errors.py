# SPDX-License-Identifier: GPL-3.0-or-later
"""What is raised for a mail that cannot be used."""

from __future__ import annotations


class MessageError(ValueError):
    """The mail cannot be used; the text says why, in words for a person."""
