# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator decides: TOML read into frozen models, all mistakes reported at once."""

from bot.config.choices import Mode, Security, SinkKind, SourceKind
from bot.config.errors import ConfigError
from bot.config.identity import BotSettings, ListSettings
from bot.config.load import load_config
from bot.config.model import Config
from bot.config.sending import SmtpSettings
from bot.config.site import SiteConfig
from bot.config.sources import SourceSettings

__all__ = [
    "BotSettings",
    "Config",
    "ConfigError",
    "ListSettings",
    "Mode",
    "Security",
    "SinkKind",
    "SiteConfig",
    "SmtpSettings",
    "SourceKind",
    "SourceSettings",
    "load_config",
]
