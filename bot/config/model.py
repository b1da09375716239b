# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole configuration, and what must hold between its parts."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from bot.config.choices import Mode, SinkKind
from bot.config.errors import ConfigError
from bot.config.identity import BotSettings, ListSettings
from bot.config.sending import DeliverySettings, DkimSettings, MailLimits, SmtpSettings
from bot.config.site import SiteConfig
from bot.config.sources import SourceSettings
from bot.config.steering import SteeringSettings
from bot.config.timing import MonitoringSettings, ReplySettings, ScheduleSettings
from bot.config.values import Frozen, Line
from bot.upstream.settings import UpstreamSettings


def _default_data_directory() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "weighbridge"


class Config(Frozen):
    """Everything that an operator decides; every field has a safe default."""

    mode: Mode = Mode.DRY_RUN
    data_directory: Path = Field(default_factory=_default_data_directory)
    database: str | None = None
    """SQLAlchemy URL; a SQLite file in ``data_directory`` if not said."""
    policy: str = "guix"
    """Name of a built-in policy or path of a policy file."""
    guix_repo: Path | None = None
    """Clone of the tree that the patches are for; without it they are read by themselves."""
    guix_branch: Line = "HEAD"
    offline: bool = False
    """Ask no publisher anything; sizes stay unknown."""
    mailing_list: ListSettings = Field(default_factory=ListSettings, alias="list")
    bot: BotSettings = Field(default_factory=BotSettings)
    sources: tuple[SourceSettings, ...] = ()
    reply: ReplySettings = Field(default_factory=ReplySettings)
    mail_limits: MailLimits = Field(default_factory=MailLimits)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    smtp: SmtpSettings | None = None
    dkim: DkimSettings | None = None
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    monitoring: MonitoringSettings = Field(default_factory=MonitoringSettings)
    steering: SteeringSettings | None = None
    """Commands by mail; without the table none are taken."""
    site: SiteConfig = Field(default_factory=SiteConfig)
    upstream: UpstreamSettings = Field(default_factory=UpstreamSettings)
    """Whom to ask about weights, and how much; what is not said is as ``upstream.toml`` has it."""

    @property
    def database_url(self) -> str:
        """The database of moderated and live mode."""
        return self.database or f"sqlite:///{self.data_directory / 'weighbridge.db'}"

    @property
    def dkim_domain(self) -> str:
        """The domain that mail is signed for."""
        own = (self.bot.address or "").rpartition("@")[2]
        return (self.dkim.domain if self.dkim else None) or own

    @property
    def dry_run_database_url(self) -> str:
        """The database of dry runs, which is never the one that mail is sent from."""
        return f"sqlite:///{self.data_directory / 'dry-run.db'}"

    def with_mode(self, mode: Mode) -> Config:
        """Return the same configuration in another mode; raises ``ConfigError`` if it cannot."""
        mistakes = _what_sending_needs(self, mode)
        if mistakes:
            raise ConfigError(f'mode "{mode}"', tuple(mistakes))
        return self.model_copy(update={"mode": mode})


def contradictions(config: Config) -> list[str]:
    """Return what is wrong between the parts of ``config``, one line each."""
    return _double_names(config) + _what_sending_needs(config, config.mode)


def _double_names(config: Config) -> list[str]:
    names = [source.name for source in config.sources]
    return [
        f"sources.{index}.name: {name} is the name of two sources; give each its own"
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def _what_sending_needs(config: Config, mode: Mode) -> list[str]:
    if mode is Mode.DRY_RUN:
        return []
    needed = {
        "bot.address": (config.bot.address, "the address that the bot writes from"),
        "bot.operator": (config.bot.operator, "the person who is told of trouble"),
        "smtp.host": (
            config.smtp or config.delivery.sink is not SinkKind.SMTP,
            "the server that takes the mail (or another delivery.sink)",
        ),
        "smtp.password_file": (
            not (config.smtp and config.smtp.username) or config.smtp.password,
            "the password of smtp.username (or WEIGHBRIDGE_SMTP_PASSWORD in the environment)",
        ),
    }
    return [
        f'{key}: is missing; mode = "{mode}" needs {what}'
        for key, (value, what) in needed.items()
        if not value
    ]
