# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of maintainers: persons whose commands by mail are carried out, and what proves them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from bot.config.errors import ConfigError
from bot.config.mistakes import describe_mistakes
from bot.config.values import EmailAddress, Frozen, Line

_FINGERPRINT = re.compile(r"[0-9A-F]{40}(?:[0-9A-F]{24})?")
_LARGEST = 1_000_000


def _parse_fingerprint(value: object) -> object:
    digits = "".join(value.split()).upper() if isinstance(value, str) else ""
    if not _FINGERPRINT.fullmatch(digits):
        raise ValueError(
            "must be a whole fingerprint of 40 or 64 hexadecimal digits, as gpg --fingerprint "
            "prints it; the short ids of keys can be forged"
        )
    return digits


def _parse_ascii_address(value: object) -> object:
    if isinstance(value, str) and value.isascii():
        return value.lower()
    raise ValueError('must be ASCII; a domain such as "bücher.example" as "xn--bcher-kva.example"')


Fingerprint = Annotated[str, BeforeValidator(_parse_fingerprint)]
PlainAddress = Annotated[EmailAddress, BeforeValidator(_parse_ascii_address)]


class MaintainerSettings(Frozen):
    """One ``[[maintainers]]`` table."""

    name: Annotated[Line, Field(min_length=1)]
    """What the audit log and the pages call the person."""
    addresses: tuple[PlainAddress, ...] = ()
    """What a DKIM signature of their domain proves; lower-case."""
    openpgp: tuple[Fingerprint, ...] = ()
    """Fingerprints, upper-case, without spaces."""


class _File(Frozen):
    maintainers: tuple[MaintainerSettings, ...] = ()


def load_maintainers(path: Path) -> tuple[MaintainerSettings, ...]:
    """Read the file; raises ``ConfigError`` with every mistake in it."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise ConfigError(str(path), (f"is larger than {_LARGEST} bytes",))
        found = _File.model_validate(tomllib.loads(content.decode("utf-8")))
    except OSError as error:
        raise ConfigError(str(path), (f"cannot be read: {error.strerror}",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), (f"is not TOML: {error}",)) from error
    except ValidationError as error:
        raise ConfigError(str(path), tuple(describe_mistakes(error, _File))) from error
    mistakes = tuple(_contradictions(found.maintainers))
    if mistakes:
        raise ConfigError(str(path), mistakes)
    return found.maintainers


def _contradictions(people: tuple[MaintainerSettings, ...]) -> Iterator[str]:
    """Yield what cannot be: one proof for two persons, a person whom nothing proves."""
    seen: dict[str, int] = {}
    for index, person in enumerate(people):
        proofs = (*person.addresses, *person.openpgp)
        if not proofs:
            yield (
                f"maintainers.{index}: nothing proves {person.name}: give addresses, or openpgp "
                "fingerprints"
            )
        for proof in proofs:
            if proof in seen:
                yield f"maintainers.{index}: {proof} stands already in maintainers.{seen[proof]}"
            seen.setdefault(proof, index)
