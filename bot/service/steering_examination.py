# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether those who should be believed by mail can be: maintainers, keys, gpgv."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.config import Config, ConfigError
from bot.config.maintainers import load_maintainers
from bot.service.dns_records import Record
from bot.service.steering_wiring import make_keyring, make_maintainers, settings_of
from bot.trust import gpgv
from bot.trust.certificates import Certificate, Component
from bot.trust.keyring import Keyring
from bot.trust.maintainers import Maintainer, Maintainers

_NAMES = 12
"""How many are named where many have the same trouble."""


def steering_records(config: Config, now: datetime) -> Iterator[Record]:
    """Yield what was found; nothing is changed, and nobody is asked."""
    if config.steering is None:
        yield ("steering", None, "not configured: no commands are taken by mail")
        return
    try:
        maintainers, keyring = make_maintainers(config), make_keyring(config)
    except ConfigError as error:
        yield ("maintainers", False, " ".join("; ".join(error.mistakes).split()))
        return
    if not maintainers.people:
        yield ("maintainers", None, "there are none: mail can ask, and change nothing")
        return
    yield ("maintainers", True, _counted(maintainers, keyring))
    if keyring:
        there = gpgv.is_installed()
        advice = "missing, so no OpenPGP signature counts (on Debian: apt install gpgv)"
        yield ("gpgv", there, "is installed" if there else advice)
    yield from _troubles(config, maintainers, keyring, now)
    yield from _addresses_without_proof(config, maintainers)


def _counted(maintainers: Maintainers, keyring: Keyring) -> str:
    used = keyring.only(maintainers.fingerprints)
    return (
        f"{len(maintainers.people)} persons; {len(keyring.certificates)} keys in the keyring, "
        f"{len(used.certificates)} of them theirs"
    )


def _troubles(
    config: Config, maintainers: Maintainers, keyring: Keyring, now: datetime
) -> Iterator[Record]:
    """Tell of each person of the file; of a channel's committers together, who may be long gone."""
    path = settings_of(config).maintainers
    own = {key for person in load_maintainers(path) for key in person.openpgp} if path else set()
    others: dict[str, list[str]] = {}
    for person in maintainers.people:
        for fingerprint in person.fingerprints:
            trouble = key_trouble(keyring, fingerprint, now)
            if trouble and fingerprint in own:
                yield (f"key of {person.name}", False, f"{fingerprint} {trouble}")
            elif trouble:
                others.setdefault(trouble.partition(" on ")[0], []).append(person.name)
    for trouble, names in sorted(others.items()):
        more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        listed = ", ".join(names[:_NAMES])
        yield ("channel's keys", None, f"{len(names)} of them: {trouble}: {listed}{more}")


def key_trouble(keyring: Keyring, fingerprint: str, now: datetime) -> str:
    """Return why signatures by this key do not count at ``now``; "" where they do."""
    certificate, key = keyring.certificate(fingerprint), keyring.key(fingerprint)
    if certificate is None or key is None:
        return "is in no keyring: add the key to a file of steering.keyring"
    if weakness := key.weakness or certificate.primary.weakness:
        return f"is {weakness}: a new key is needed"
    parts = [certificate.components[0]]
    parts += [part for part in certificate.components[1:] if part.key == key]
    return next(filter(None, (_standing_trouble(certificate, part, now) for part in parts)), "")


def _standing_trouble(certificate: Certificate, part: Component, now: datetime) -> str:
    standing = certificate.standing(part)
    if standing.revoked:
        return "was revoked: a new key is needed"
    if standing.weak:
        return "vouches for itself with SHA-1 only: its owner has to renew its self-signatures"
    if standing.expires and standing.expires <= now:
        return f"has expired on {standing.expires:%Y-%m-%d}: get the renewed key from its owner"
    return ""


def _addresses_without_proof(config: Config, maintainers: Maintainers) -> Iterator[Record]:
    steering = settings_of(config)
    if steering.dkim or steering.trusted_authserv_ids:
        return
    unproven = [person.name for person in maintainers.people if _has_only_addresses(person)]
    if unproven:
        advice = "set steering.dkim = true, or give them OpenPGP keys"
        yield ("maintainers", False, f"nothing can prove {', '.join(unproven[:_NAMES])}: {advice}")


def _has_only_addresses(person: Maintainer) -> bool:
    return bool(person.addresses) and not person.fingerprints
