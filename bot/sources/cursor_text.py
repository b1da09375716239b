# SPDX-License-Identifier: GPL-3.0-or-later
"""Cursors for a person: the place at which the next poll goes on, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.sources.cursor import whole_number
from bot.sources.interface import SourceError

_COMMIT_DIGITS = 12
_UNKNOWN = "a place that this version cannot tell"

_Values = Mapping[str, object]


def cursor_text(cursor: str | None) -> str:
    """Return where reading goes on after ``cursor``; never raises for a damaged one.

    What comes out of the cursor is cut and may hold any character: it is for ``one_line``.
    """
    if cursor is None:
        return "the beginning"
    try:
        values = json.loads(cursor)
        return _WORDS[values["kind"]](values)
    except (ValueError, TypeError, KeyError, RecursionError, SourceError):
        return _UNKNOWN


def _mbox(values: _Values) -> str:
    return f"byte {whole_number(values.get('offset')):,} of the file"


def _maildir(values: _Values) -> str:
    return f"what arrived after {_time(values.get('newest'))}"


def _imap(values: _Values) -> str:
    following, validity = whole_number(values.get("next")), whole_number(values.get("validity"))
    return f"UID {following} (UIDVALIDITY {validity})"


def _git(values: _Values) -> str:
    commit = str(values["commit"])[:_COMMIT_DIGITS]
    return f"epoch {whole_number(values.get('epoch'))}, after commit {commit}"


def _http(values: _Values) -> str:
    return f"what the archive got since {_time(values.get('start'))}"


def _time(value: object) -> str:
    """Return a time that is given in seconds since 1970."""
    seconds = whole_number(value)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, OSError, ValueError):  # a file's time may be anything
        return f"second {seconds}"


_WORDS: dict[str, Callable[[_Values], str]] = {
    "mbox": _mbox,
    "maildir": _maildir,
    "imap": _imap,
    "public-inbox-git": _git,
    "public-inbox-http": _http,
}
