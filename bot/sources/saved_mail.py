# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs put around a mail when they save it: byte-order marks, Apple Mail's frame."""

from __future__ import annotations

import codecs
import re

_EMLX = re.compile(rb"\A(\d{1,9})[ \t]*\r?\n")


def unwrapped(content: bytes) -> bytes:
    """Return the mail or patch inside of ``content``, which may be bare.

    A file of Apple Mail (``.emlx``) begins with a line that says how many bytes the mail has, and
    ends with a property list.  Editors put a byte-order mark in front; one of UTF-16 tells that
    the whole file is UTF-16, which no mail is.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    content = content.removeprefix(codecs.BOM_UTF8)
    found = _EMLX.match(content)
    if found and found.end() + int(found[1]) <= len(content):
        return content[found.end() : found.end() + int(found[1])]
    return content
