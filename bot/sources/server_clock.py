# SPDX-License-Identifier: GPL-3.0-or-later
"""What time an archive's server has, to compare a clock with."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from bot.sources.interface import SourceError

_SECONDS = 20


def server_time(url: str) -> datetime | None:
    """Return the time (UTC) of the server behind ``url``, None where it tells none.

    Raises ``SourceError`` where it does not answer.
    """
    try:
        answer = requests.head(url, timeout=_SECONDS, allow_redirects=True)
    except requests.RequestException as error:
        raise SourceError(f"{url} does not answer: {error}") from error
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
    except ValueError:  # RFC 9110 section 6.6.1 asks for it only of those who have a clock
        return None
