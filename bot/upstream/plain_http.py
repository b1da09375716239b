# SPDX-License-Identifier: GPL-3.0-or-later
"""The size of a file, as the host that serves it states it.

HEAD and Content-Length (RFC 9110, 9.3.2 and 8.6); where that is refused or silent, a GET of one
byte and the total of Content-Range (RFC 9110, 14.4).
"""

from __future__ import annotations

import re

from bot.upstream.asking import Asker, Question
from bot.upstream.client import Answer
from bot.upstream.facts import Fact

_TOTAL = re.compile(r"bytes [0-9]{1,19}-[0-9]{1,19}/([0-9]{1,19})")
_NUMBER = re.compile(r"[0-9]{1,19}")
_WEB_PAGE = "text/html"


def size_of_url(ask: Asker, url: str, immutable: bool = False) -> Fact[int]:
    """Return the bytes of what ``url`` names."""
    return ask.ask(Question(url, _size, immutable, method="HEAD"))


def _size(answer: Answer) -> int:
    """Raises ``ValueError`` where no size is stated, or a page came instead of a file."""
    if answer.headers.get("Content-Type", "").lower().startswith(_WEB_PAGE):
        raise ValueError("a web page")
    if answer.status == 206:
        total = _TOTAL.fullmatch(answer.headers.get("Content-Range", "").strip())
        if total is None:
            raise ValueError("no total")
        return int(total[1])
    length = answer.headers.get("Content-Length", "").strip()
    if not _NUMBER.fullmatch(length):
        raise ValueError("no length")
    return int(length)
