# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as bytes: HTML through the templates, which escape everything, and JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

import bot.site
from bot import __version__
from bot.checks.units import human_size
from bot.site.colours import tokens
from bot.site.links import host_of
from bot.site.page import Page, page_to_json
from bot.site.settings import SiteSettings
from bot.site.words import day, machine_time, minute, parsed_time, plural

ASSETS = ("style.css", "site.js", "icon.svg", "icon.png")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""What the pages keep to (https://www.w3.org/TR/CSP3/); a ``meta`` element of each says so."""


class Renderer:
    """Makes pages under one set of settings."""

    def __init__(self, settings: SiteSettings) -> None:
        """Take the settings."""
        self._settings = settings
        self._environment = _environment()
        self._environment.globals.update(
            site=settings,
            rules=frozenset(rule.id for rule in settings.policy.rules),
            security_policy=CONTENT_SECURITY_POLICY,
            version=__version__,
            plural=plural,
        )

    def render(self, page: Page) -> dict[str, bytes]:
        """Return the page's two files by their paths."""
        template = self._environment.get_template(page.template)
        html = template.render(page=page, root="../" * page.path.count("/"), **page.shows)
        form = json.dumps(page_to_json(page), ensure_ascii=False)
        return {
            page.path: html.encode("utf-8", "replace"),
            page.json_path: form.encode("utf-8", "replace") + b"\n",
        }


def assets() -> Mapping[str, bytes]:
    """Return the files that all pages use, by their paths."""
    place = files(bot.site) / "assets"
    return {f"assets/{name}": (place / name).read_bytes() for name in ASSETS}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        day=lambda at: day(_moment(at)),
        minute=lambda at: minute(_moment(at)),
        machine=lambda at: machine_time(_moment(at)),
        host=host_of,
        size=human_size,
        tokens=tokens,
    )
    return environment


def _moment(at: object) -> datetime | None:
    return at if isinstance(at, datetime) else parsed_time(at)
