# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Received fields are a server's own hand to hand, behind the door that mail comes in by."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"\([^()]*\)")
_WITH = re.compile(r"\bwith\s+([A-Za-z0-9]{1,20})(?![\w.-])", re.IGNORECASE)
_LOCAL = frozenset({"lmtp", "lmtps", "lmtpa", "lmtpsa"})  # RFC 3848
_DEEPEST = 5


def is_internal(value: str) -> bool:
    """Say whether a Received field tells of a delivery within one host or site.

    That is one without "from" (the server handed it to itself), or one over LMTP, which only
    serves to deliver into mailboxes (RFC 2033).  Whatever else came from outside wrote, it stands
    below the field of the server that let it in.
    """
    text = value[:2_000]
    words = text.split(maxsplit=2)
    if words[:1] and words[0].lower() == "by":
        return True
    if "(" in "".join(words[1:2]) or ")" in "".join(words[1:2]):
        return False  # a client's name in EHLO that would hide the rest as a comment
    for _ in range(_DEEPEST):
        text = _COMMENT.sub(" ", text)
    protocols = _WITH.findall(text)
    return bool(protocols) and all(name.lower() in _LOCAL for name in protocols)
