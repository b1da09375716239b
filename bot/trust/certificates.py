# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP certificates (what people call public keys) out of files: RFC 9580 section 10.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.limits import Limits
from bot.trust.armor import PUBLIC_KEY, ArmorError, begin_line, dearmored_blocks
from bot.trust.packets import Packet, PacketError, Tag, read_packets
from bot.trust.public_key import PublicKey, read_public_key
from bot.trust.self_signatures import Standing, standing

_HEADS = (Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY, Tag.USER_ID, Tag.USER_ATTRIBUTE)
_USER_ADDRESS = re.compile(r"<?([^\s<>@\"(),;:\\\[\]]{1,64}@[A-Za-z0-9.-]{1,255})>?")


class KeyringError(ValueError):
    """Keys cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Component:
    """A key, subkey or user id with the signatures on it."""

    head: Packet
    signatures: tuple[Packet, ...]

    @property
    def key(self) -> PublicKey | None:
        """The key or subkey that this is, if it is one of a kind that can be used."""
        keys = (Tag.PUBLIC_KEY, Tag.PUBLIC_SUBKEY)
        return read_public_key(self.head.body) if self.head.tag in keys else None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A primary key with its subkeys and user ids."""

    primary: PublicKey
    components: tuple[Component, ...]
    """The primary key first."""

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """The primary key and the subkeys."""
        return tuple(key for component in self.components if (key := component.key))

    @property
    def addresses(self) -> frozenset[str]:
        """Mail addresses in the user ids that were not withdrawn, lower-case.

        As they stand there, not verified: whoever chose the file vouches for them.
        """
        ids = [part for part in self.components if part.head.tag == Tag.USER_ID]
        texts = [
            part.head.body.decode("utf-8", "replace").strip()
            for part in ids
            if not self.standing(part).revoked
        ]
        found = (_USER_ADDRESS.fullmatch(text[max(text.rfind("<"), 0) :]) for text in texts)
        return frozenset(address[1].lower() for address in found if address)

    def standing(self, part: Component) -> Standing:
        """Return how a key, subkey or user id of this certificate stands by its own words.

        What the primary key says of itself stands on its user ids, too.
        """
        key = part.key or self.primary
        own = part.signatures
        if part.head.tag == Tag.PUBLIC_KEY:
            ids = [other for other in self.components if other.head.tag == Tag.USER_ID]
            own += tuple(packet for other in ids for packet in other.signatures)
        return standing(own, self.primary.fingerprint, key.created, part.head.tag)

    @property
    def content(self) -> bytes:
        """The certificate as bytes."""
        return b"".join(
            packet.raw for part in self.components for packet in (part.head, *part.signatures)
        )


def read_certificates(content: bytes, limits: Limits) -> list[Certificate]:
    """Read all certificates of a file, armoured or binary.

    Those of versions that are too old or too new are left out.  Raises ``KeyringError`` for a
    file that holds none, is broken or too large, or holds a secret key.
    """
    if len(content) > limits.keyring_bytes:
        raise KeyringError(f"it is larger than {limits.keyring_bytes} bytes")
    try:
        if begin_line(PUBLIC_KEY) in content:
            content = dearmored_blocks(content, PUBLIC_KEY)
        packets = list(read_packets(content, limits.openpgp_packets))
    except (ArmorError, PacketError) as error:
        raise KeyringError(f"it holds no OpenPGP keys: {error}; export them with gpg") from error
    if any(packet.tag in (Tag.SECRET_KEY, Tag.SECRET_SUBKEY) for packet in packets):
        raise KeyringError('it holds a secret key; put there what "gpg --export" writes')
    if not packets or packets[0].tag != Tag.PUBLIC_KEY:
        raise KeyringError('it holds no OpenPGP keys; put there what "gpg --export" writes')
    return list(_certificates(packets))


def merged(certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
    """Join the copies of each certificate, so that no revocation or renewal is lost."""
    by_key: dict[str, list[Certificate]] = {}
    for certificate in certificates:
        by_key.setdefault(certificate.primary.fingerprint, []).append(certificate)
    return tuple(_joined(copies) for copies in by_key.values())


def _joined(copies: list[Certificate]) -> Certificate:
    if len(copies) == 1:
        return copies[0]
    signatures: dict[bytes, dict[bytes, Packet]] = {}
    heads: dict[bytes, Packet] = {}
    for component in (part for copy in copies for part in copy.components):
        identity = bytes([component.head.tag]) + component.head.body
        heads.setdefault(identity, component.head)
        found = signatures.setdefault(identity, {})
        found.update({packet.body: packet for packet in component.signatures})
    order = sorted(heads, key=lambda identity: _rank(heads[identity].tag))
    parts = tuple(Component(heads[i], tuple(signatures[i].values())) for i in order)
    return Certificate(copies[0].primary, parts)


def _rank(tag: int) -> int:
    """Order of RFC 9580 section 10.1: primary key, user ids, subkeys."""
    return {Tag.PUBLIC_KEY: 0, Tag.PUBLIC_SUBKEY: 2}.get(Tag(tag), 1)


def _certificates(packets: list[Packet]) -> Iterator[Certificate]:
    parts: list[Component] = []
    for component in _components(packets):
        if component.head.tag == Tag.PUBLIC_KEY and parts:
            yield from _complete(parts)
            parts = []
        parts.append(component)
    yield from _complete(parts)


def _complete(parts: list[Component]) -> Iterator[Certificate]:
    primary = parts[0].key
    if primary is not None:
        yield Certificate(primary, tuple(parts))


def _components(packets: list[Packet]) -> Iterator[Component]:
    """Group each key and user id with the signatures behind it; other packets are left out."""
    head: Packet | None = None
    signatures: list[Packet] = []
    for packet in packets:
        if packet.tag in _HEADS:
            if head is not None:
                yield Component(head, tuple(signatures))
            head, signatures = packet, []
        elif packet.tag == Tag.SIGNATURE:
            signatures.append(packet)
    if head is not None:
        yield Component(head, tuple(signatures))
