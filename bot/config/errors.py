# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of a configuration that cannot be used."""

from __future__ import annotations


class ConfigError(ValueError):
    """The configuration cannot be used; ``mistakes`` lists everything that is wrong with it."""

    def __init__(self, source: str, mistakes: tuple[str, ...]) -> None:
        """Keep the mistakes; each is one line that begins with the key's path."""
        self.source = source
        self.mistakes = mistakes
        super().__init__("\n".join((f"{source}:", *(f"  {mistake}" for mistake in mistakes))))
