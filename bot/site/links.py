# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that a page may link to.

A URL out of a patch is a stranger's: only http and https lead anywhere, so that ``javascript:``,
``data:`` and their like (https://html.spec.whatwg.org/#navigate-to-a-javascript:-url) are text.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_MOST = 2_000
_NOT_IN_A_URL = frozenset(" \\<>\"'`")
_HASHED = "sha256:"
"""How the store begins what stands for a Message-ID that was too long to keep."""


def safe_url(text: str) -> str:
    """Return ``text`` if it is an absolute http or https URL without a user, else an empty string.

    Never raises.
    """
    # No control characters: browsers drop some of them within a scheme, and some turn a line round.
    if len(text) > _MOST or not text.isprintable() or _NOT_IN_A_URL & set(text):
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    return text


def archive_link(template: str, message_id: str) -> str:
    """Return where the archive has a mail; empty where that is not known.

    A slash in a Message-ID is escaped, as public-inbox wants it (``public-inbox`` manual, "URL
    endpoints").
    """
    if not template or not message_id or message_id.startswith(_HASHED):
        return ""
    return safe_url(template.replace("{message_id}", quote(message_id, safe="@", errors="replace")))


def issue_link(template: str, issue: int | None) -> str:
    """Return where the tracker has an issue; empty where that is not known."""
    if not template or issue is None:
        return ""
    return safe_url(template.replace("{issue}", str(issue)))


def host_of(url: str) -> str:
    """Return the host of a URL that ``safe_url`` gave."""
    return urlsplit(url).hostname or ""
