# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages about what the bot found: ``[site]``."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from bot.config.values import Duration, Frozen, Line

_URL = re.compile(r"https?://[^/\s@\"'<>?#]{1,255}(?:/[^\s\"'<>]{0,1000})?")


def _parse_url(value: object) -> object:
    if value == "" or (isinstance(value, str) and _URL.fullmatch(value)):
        return value
    raise ValueError("must begin with http:// or https:// and hold no user or password")


def _parse_base_url(value: object) -> object:
    checked = _parse_url(value)
    if not isinstance(checked, str) or "?" in checked or "#" in checked:
        raise ValueError('must be the address of a directory: "https://example.org/weighbridge/"')
    return checked if not checked or checked.endswith("/") else f"{checked}/"


Url = Annotated[str, BeforeValidator(_parse_url)]
BaseUrl = Annotated[str, BeforeValidator(_parse_base_url)]


class SiteConfig(Frozen):
    """Where a static site is written, and what it links to."""

    directory: Path | None = None
    """Kept fresh by the service; no site is written if not said."""
    base_url: BaseUrl = ""
    """Where the site is seen: for the feed's and the pages' own addresses."""
    archive_url: Url | None = None
    """Of one mail, with ``{message_id}``; yhetil.org's for guix-patches if not said."""
    issue_url: Url | None = None
    """Of one issue, with ``{issue}``; debbugs.gnu.org's for guix-patches if not said."""
    title: Line = ""
    """The bot's name if not said."""
    every: Duration = timedelta(minutes=5)
    """How often the service looks whether there is something new to show."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for key, place in (("archive_url", "{message_id}"), ("issue_url", "{issue}")):
            url = getattr(self, key)
            if url and (place not in url or set("{}") & set(url.replace(place, ""))):
                raise ValueError(f'{key} must hold "{place}", and no other braces')
        if self.every < timedelta(seconds=1):
            raise ValueError('every must be at least "1s"')
        return self
