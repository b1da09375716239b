# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes of the configuration who is believed by mail: the maintainers, their keys, the prover."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.config import Config, ConfigError
from bot.config.maintainers import load_maintainers
from bot.config.steering import AuthorizationsSettings, SteeringSettings
from bot.guix.authorizations import FILE_NAME, AuthorizationsError, read_authorizations
from bot.limits import DEFAULT_LIMITS
from bot.patch.tree import Tree, TreeError
from bot.service.steering import Senders, SteeringRules
from bot.service.wiring import make_identity, make_letterhead, make_manners, make_policy
from bot.steering.handling import AskingRules
from bot.trust import gpgv
from bot.trust.certificates import Certificate, KeyringError, read_certificates
from bot.trust.key_records import RememberedSilence, dns_lookup
from bot.trust.keyring import Keyring
from bot.trust.maintainers import Maintainer, Maintainers
from bot.trust.prove import Prover

_BRANCHES = ("origin/keyring", "keyring")


def make_maintainers(config: Config) -> Maintainers:
    """Return who may change something: those of the file, then those of the channel.

    Raises ``ConfigError`` where the file or the clone cannot be read, and for a maintainer with
    an address that is the bot's or a list's.
    """
    people = [*_of_the_file(config), *_of_the_channel(config)]
    identity = make_identity(config)
    public = [
        f"{person.name}: {address} is an address of the bot or of a list, through which anybody "
        "may write"
        for person in people
        for address in person.addresses
        if identity.is_own(address) or identity.is_public(address)
    ]
    if public:
        raise ConfigError(str(settings_of(config).maintainers), tuple(public))
    return Maintainers(people)


def make_keyring(config: Config) -> Keyring:
    """Return all keys that are configured, also those of nobody who is a maintainer.

    Raises ``ConfigError`` where a file or the clone cannot be read.
    """
    return Keyring((*_keys_of_files(config), *_keys_of_the_channel(config)))


def make_prover(config: Config, maintainers: Maintainers) -> Prover:
    """Return the prover; it hears the keys of ``maintainers`` alone.

    Raises ``ConfigError`` as the above do, and where there are keys and no gpgv.
    """
    steering = settings_of(config)
    keyring = make_keyring(config).only(maintainers.fingerprints)
    if keyring and not gpgv.is_installed():
        missing = "OpenPGP signatures need gpgv, which is missing (on Debian: apt install gpgv)"
        raise ConfigError("steering", (f"steering.keyring: {missing}",))
    return Prover(
        own=make_identity(config),
        keyring=keyring,
        trusted_authserv_ids=frozenset(steering.trusted_authserv_ids),
        dkim=steering.dkim,
        lookup=RememberedSilence(dns_lookup),
    )


def make_senders(config: Config) -> Senders:
    """Return who tells who has sent a command; raises ``ConfigError`` as the above do."""
    maintainers = make_maintainers(config)
    return Senders(make_prover(config, maintainers).prove, maintainers.of)


def make_steering_rules(config: Config, *, rehearsal: bool) -> SteeringRules:
    """Return what commands are carried out with; raises ``ConfigError`` for the policy."""
    settings = settings_of(config)
    return SteeringRules(
        asking=AskingRules(
            name=settings.name,
            window=settings.window,
            answers_per_sender=settings.answers_per_sender_per_day,
            answers_per_domain=settings.answers_per_domain_per_day,
            refusals_per_sender=settings.refusals_per_sender_per_day,
            refusals_per_domain=settings.refusals_per_domain_per_day,
        ),
        identity=make_identity(config),
        letterhead=make_letterhead(config),
        manners=make_manners(config),
        policy=make_policy(config),
        mode=config.mode,
        rehearsal=rehearsal,
    )


def settings_of(config: Config) -> SteeringSettings:
    """Return what the table says; the operator may give commands where there is none."""
    return config.steering or SteeringSettings()


def _of_the_file(config: Config) -> Iterator[Maintainer]:
    path = settings_of(config).maintainers
    if path is not None:
        for person in load_maintainers(path):
            yield Maintainer(person.name, person.addresses, person.openpgp)


def _of_the_channel(config: Config) -> Iterator[Maintainer]:
    settings = settings_of(config).authorizations
    if settings is None:
        return
    with _open(config, settings, settings.commit) as tree:
        text = tree.tip().text(FILE_NAME)
    if text is None:
        raise _mistake("commit", f"commit {settings.commit} has no {FILE_NAME}")
    try:
        found = read_authorizations(text)
    except AuthorizationsError as error:
        raise _mistake("commit", str(error)) from error
    for one in found:
        yield Maintainer(one.name, fingerprints=(one.fingerprint,))


def _keys_of_files(config: Config) -> Iterator[Certificate]:
    for path in settings_of(config).keyring:
        try:
            content = _read(path)
            yield from read_certificates(content, DEFAULT_LIMITS)
        except (OSError, KeyringError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigError("steering", (f"steering.keyring: {path}: {reason}",)) from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(DEFAULT_LIMITS.keyring_bytes + 1)


def _keys_of_the_channel(config: Config) -> Iterator[Certificate]:
    """Yield the keys of the branch; a file there that is no key is passed over, as Guix does."""
    settings = settings_of(config).authorizations
    if settings is None:
        return
    left = DEFAULT_LIMITS.keyring_bytes
    with _keyring_branch(config, settings) as tree:
        files = {name: blob for name, blob in tree.top_files().items() if name.endswith(".key")}
        if len(files) > DEFAULT_LIMITS.keyring_files:
            raise _mistake("keyring_branch", f"more than {DEFAULT_LIMITS.keyring_files} keys")
        for name in sorted(files):
            content = tree.content(files[name]) or b""
            left -= len(content)
            if left < 0:
                raise _mistake("keyring_branch", f"more than {DEFAULT_LIMITS.keyring_bytes} bytes")
            with suppress(KeyringError):
                yield from read_certificates(content, DEFAULT_LIMITS)


def _keyring_branch(config: Config, settings: AuthorizationsSettings) -> Tree:
    wanted = (settings.keyring_branch,) if settings.keyring_branch else _BRANCHES
    for branch in wanted[:-1]:
        try:
            return _open(config, settings, branch)
        except ConfigError:
            continue
    return _open(config, settings, wanted[-1])


def _open(config: Config, settings: AuthorizationsSettings, revision: str) -> Tree:
    repository = settings.repository or config.guix_repo
    if repository is None:
        raise _mistake("repository", "is missing, and there is no guix_repo: name a clone of Guix")
    try:
        return Tree(repository, revision)
    except TreeError as error:
        raise _mistake("repository", str(error)) from error


def _mistake(key: str, what: str) -> ConfigError:
    return ConfigError("steering", (f"steering.authorizations.{key}: {what}",))
