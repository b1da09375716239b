# SPDX-License-Identifier: GPL-3.0-or-later
"""When things happen, and where to watch: ``[reply]``, ``[schedule]``, ``[monitoring]``."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.values import Duration, Frozen


class ReplySettings(Frozen):
    """When a series is answered."""

    settle: Duration = timedelta(minutes=10)
    """Quiet time after the last mail of a complete series before it is triaged."""
    settle_incomplete: Duration = timedelta(hours=6)
    """The same for a series of which mails are missing."""
    max_age: Duration = timedelta(days=14)
    """Older patches are never answered."""


class ScheduleSettings(Frozen):
    """How often each job of the service runs."""

    poll: Duration = timedelta(minutes=5)
    triage: Duration = timedelta(minutes=1)
    deliver: Duration = timedelta(minutes=1)
    jitter: Duration = timedelta(seconds=15)
    keep_mail: Duration = timedelta(days=180)
    """How long the bytes of mails are kept, so that late members can be regrouped."""
    digest: bool = True
    """Whether the operator gets a mail about each day."""

    @model_validator(mode="after")
    def _is_not_zero(self) -> Self:
        for key in ("poll", "triage", "deliver"):
            if getattr(self, key) < timedelta(seconds=1):
                raise ValueError(f'{key} must be at least "1s"')
        return self


class MonitoringSettings(Frozen):
    """What probes can ask, on 127.0.0.1 only."""

    port: Annotated[int, Field(ge=0, le=65_535)] = 9477
    """Of ``/healthz`` and ``/metrics``; 0 turns them off."""
