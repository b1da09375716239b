# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands by mail will do with a configuration, in words, and what in it makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config, Mode
from bot.config.steering import SteeringSettings
from bot.service.steering_examination import steering_records
from bot.service.steering_wiring import make_keyring, make_maintainers, make_senders, settings_of
from bot.trust.keyring import Keyring
from bot.trust.maintainers import Maintainer, Maintainers

_NAMED = 12
_OFF = "off: no commands are taken by mail (a [steering] table turns them on)"

Line = tuple[str, str]
"""What it is about, in at most nine characters, and what will be done."""


@dataclass(frozen=True, slots=True)
class SteeringOutline:
    """What ``[steering]`` comes to."""

    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    """What can be used and will not do what was meant."""


def outline_steering(config: Config, now: datetime) -> SteeringOutline:
    """Return what commands by mail will do; asks nobody and changes nothing.

    Raises ``ConfigError`` where the service could not take commands: a file that cannot be read,
    gpgv that is missing.
    """
    if config.steering is None:
        return SteeringOutline((("steering", _OFF),))
    make_senders(config)
    maintainers, keyring = make_maintainers(config), make_keyring(config)
    return SteeringOutline(
        (*_channels(config), *_people(config.steering, maintainers)),
        (*_warnings(config, config.steering, maintainers, keyring), *_troubles(config, now)),
    )


def _channels(config: Config) -> Iterator[Line]:
    """Yield by which way commands come, and answers go."""
    ways = [f"mail to {config.bot.address}"] if config.bot.address else []
    ways.append(f'lines with "@{settings_of(config).name}" on the list')
    yield "steering", f"on: {', and '.join(ways)}"
    if config.mode is Mode.DRY_RUN:
        yield "answers", "are written down and never sent: this is a dry run"


def _people(settings: SteeringSettings, maintainers: Maintainers) -> Iterator[Line]:
    """Yield who may do what, and what has to prove them."""
    vouching = _vouching(settings)
    asking = "who signs with a maintainer's OpenPGP key, and nobody else"
    if vouching:
        asking = f"everybody whose address is proven by {', or by '.join(vouching)}"
    yield "may ask", asking
    people = maintainers.people
    for person in people[:_NAMED]:
        yield "may steer", f"{person.name}: {_proofs(person, domains=bool(vouching))}"
    if len(people) > _NAMED:
        yield "may steer", f"{len(people) - _NAMED} more"
    if not people:
        yield "may steer", "nobody"


def _vouching(settings: SteeringSettings) -> tuple[str, ...]:
    """Return what proves an address."""
    servers = (f"the word of {server}" for server in settings.trusted_authserv_ids)
    return (*(("DKIM",) if settings.dkim else ()), *servers)


def _proofs(person: Maintainer, *, domains: bool) -> str:
    addresses = [f"proven mail from {address}" for address in person.addresses if domains]
    keys = [f"OpenPGP key {fingerprint}" for fingerprint in person.fingerprints]
    return ", or ".join([*addresses, *keys]) or "nothing that counts"


def _warnings(
    config: Config, settings: SteeringSettings, maintainers: Maintainers, keyring: Keyring
) -> Iterator[str]:
    theirs = keyring.only(maintainers.fingerprints)
    if not _vouching(settings) and not theirs:
        yield (
            "nobody can be proven, so that no command is ever heard: set steering.dkim = true, or "
            "give maintainers OpenPGP keys"
        )
    if not maintainers.people:
        yield (
            "mail can ask and steer nothing: name persons in a file, steering.maintainers "
            "('weighbridge config sample --maintainers' prints one)"
        )
    elif keyring and not theirs:
        yield "no key of steering.keyring is a maintainer's: list their fingerprints as openpgp"
    if config.bot.address is None:
        yield "nobody can write to the bot itself: set bot.address"
    if settings.window < config.schedule.poll:
        yield "steering.window is shorter than schedule.poll: commands are too old once read"
    if not settings.answers_per_sender_per_day or not settings.answers_per_domain_per_day:
        yield "nobody but maintainers is answered: a limit of steering.answers_per_… is 0"


def _troubles(config: Config, now: datetime) -> Iterator[str]:
    """Yield what the doctor calls wrong with persons and keys."""
    for name, ok, detail in steering_records(config, now):
        if ok is False:
            yield f"{name}: {detail}"
