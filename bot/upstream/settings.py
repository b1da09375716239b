# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom to ask and how much: the settings of everything that goes over the network.

The defaults are ``config/upstream.toml``.  What makes an address public is no setting: no
configuration may open the way to a private network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.builtin_config import builtin_config_directory
from bot.toml_document import TomlDocument

_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


def _host_pattern(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise ValueError('must be a host in lower case, or "*." and a host')
    return text


HostPattern = Annotated[str, AfterValidator(_host_pattern)]


class UpstreamSettings(BaseModel):
    """Limits on asking the world.  What is not given is as ``config/upstream.toml`` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: tuple[HostPattern, ...] = ()
    """Hosts that may be asked; ``*.host`` is everything below it."""
    more_hosts: tuple[HostPattern, ...] = ()
    """Hosts to ask beside these, for who does not want to repeat the list."""
    contact: Annotated[str, Field(max_length=200, pattern=r"^[\x20-\x7e]*$")] = ""
    requests_per_mail: Annotated[int, Field(ge=0)] = 40
    seconds_per_mail: Annotated[float, Field(gt=0)] = 60
    """No further question about a series once its answers took so long together."""
    requests_per_host_per_minute: Annotated[int, Field(ge=0)] = 30
    requests_per_host_per_day: Annotated[int, Field(ge=0)] = 2000
    redirects: Annotated[int, Field(ge=0, le=20)] = 5
    connect_seconds: Annotated[float, Field(gt=0, le=300)] = 10
    total_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    """For one question, redirects, handshakes and a slow drip included."""
    header_bytes: Annotated[int, Field(ge=1024)] = 65536
    body_bytes: Annotated[int, Field(ge=1024)] = 8_000_000
    keep_hours: Annotated[float, Field(ge=0)] = 168
    keep_failure_hours: Annotated[float, Field(ge=0)] = 6

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, given: Any) -> Any:  # noqa: ANN401  (pydantic checks what it is)
        return {**_shipped(), **given} if isinstance(given, dict) else given

    def allows(self, host: str) -> bool:
        """Tell whether a host (lower case, no port) is on the list."""
        return any(
            host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
            for pattern in (*self.hosts, *self.more_hosts)
        )


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    path = builtin_config_directory() / "upstream.toml"
    return TomlDocument(path.read_text(encoding="utf-8")).values


def default_upstream_settings() -> UpstreamSettings:
    """Return the settings that come with Weighbridge (``config/upstream.toml``)."""
    return UpstreamSettings()
