# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is, told from its bytes: names lie."""

from __future__ import annotations

import re

_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:")
_MAIL_FIELD = re.compile(
    rb"^(?:from|subject|date|message-id|received|return-path|to|mime-version|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_DIFF = re.compile(
    rb"^(?:diff --(?:git|cc|combined) \S|--- [^\n]{1,1000}\n\+\+\+ [^\n]{1,1000}\n@@{1,9} -\d)",
    re.MULTILINE,
)


def is_mail(content: bytes) -> bool:
    """Say whether ``content`` begins with the header of a mail."""
    header: list[bytes] = []
    for line in content[:200_000].lstrip().splitlines():
        if not (_FIELD.match(line) or (header and line[:1] in (b" ", b"\t"))):
            break
        header.append(line)
    return bool(_MAIL_FIELD.search(b"\n".join(header)))


def is_diff(content: bytes) -> bool:
    """Say whether ``content`` holds a diff."""
    return bool(_DIFF.search(content.replace(b"\r\n", b"\n") if b"\r\n" in content else content))
