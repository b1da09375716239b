# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a configuration: TOML, and the secrets that stand outside of it.

Secrets never stand in the TOML.  The SMTP password comes from ``WEIGHBRIDGE_SMTP_PASSWORD``,
from the file that ``WEIGHBRIDGE_SMTP_PASSWORD_FILE`` names, or from ``smtp.password_file``; a
database URL that holds a password comes from ``WEIGHBRIDGE_DATABASE_URL`` or from the file that
``WEIGHBRIDGE_DATABASE_URL_FILE`` names.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.errors import ConfigError
from bot.config.mistakes import describe_mistakes, find_secrets
from bot.config.model import Config, contradictions


def load_config(path: Path | None, environment: Mapping[str, str] | None = None) -> Config:
    """Read ``path``, or return the defaults for None; paths in it are relative to its directory.

    Raises ``ConfigError`` with every mistake in it.
    """
    environment = os.environ if environment is None else environment
    source = str(path) if path else "environment"
    table = _read_toml(path) if path else {}
    mistakes = find_secrets(table)
    table = _with_absolute_paths(table, path.absolute().parent if path else Path.cwd())
    mistakes += _add_secrets(table, environment)
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        known = {mistake.partition(":")[0] for mistake in mistakes}
        found = describe_mistakes(error, Config)
        mistakes += [line for line in found if line.partition(":")[0] not in known]
    else:
        mistakes += contradictions(config)
    if mistakes:
        raise ConfigError(source, tuple(mistakes))
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), (f"cannot be read: {error.strerror}",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), (f"is not TOML: {error}",)) from error


def _add_secrets(table: dict[str, Any], environment: Mapping[str, str]) -> list[str]:
    """Put secrets from the environment and from files into ``table``; return the mistakes."""
    mistakes: list[str] = []
    url = _secret("WEIGHBRIDGE_DATABASE_URL", environment, None, mistakes)
    if url:
        table["database"] = url
    smtp = table.get("smtp")
    if isinstance(smtp, dict):
        file = smtp.get("password_file")
        password = _secret("WEIGHBRIDGE_SMTP_PASSWORD", environment, file, mistakes)
        if password:
            smtp["password"] = password
    return mistakes


def _secret(
    variable: str, environment: Mapping[str, str], file: object, mistakes: list[str]
) -> str | None:
    if environment.get(variable):
        return environment[variable]
    named = environment.get(f"{variable}_FILE")
    key, place = (f"{variable}_FILE", named) if named else ("smtp.password_file", file)
    if not isinstance(place, str) or not place:
        return None
    try:
        return Path(place).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        mistakes.append(f"{key}: {place} cannot be read: {reason}")
        return None


_PATH_KEYS = {
    *("data_directory", "guix_repo", "path", "password_file", "ca_file", "key_file"),
    *("maintainers", "keyring", "repository", "directory"),
}


def _with_absolute_paths(table: dict[str, Any], directory: Path) -> dict[str, Any]:
    """Copy ``table`` with its paths made absolute, also those in the tables inside it."""

    def absolute(value: object) -> object:
        if isinstance(value, list):
            return [absolute(part) for part in value]
        return str(directory / Path(value).expanduser()) if isinstance(value, str) else value

    def fix(key: str, value: object) -> object:
        if isinstance(value, dict):
            return {inner: fix(inner, part) for inner, part in value.items()}
        if key in _PATH_KEYS:
            return absolute(value)
        return [fix("", part) for part in value] if isinstance(value, list) else value

    fixed = {key: fix(key, value) for key, value in table.items()}
    policy = fixed.get("policy")
    if isinstance(policy, str) and ("/" in policy or policy.endswith(".toml")):
        fixed["policy"] = str(directory / Path(policy).expanduser())
    return fixed
