# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are public: the only ones that a stranger's URL may lead to.

Beside the registries of special-purpose addresses (RFC 6890, kept by Python's ``ipaddress``) the
forms that carry an IPv4 address inside an IPv6 one are opened: IPv4-mapped (RFC 4291, 2.5.5.2),
IPv4-compatible (2.5.5.1), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056) and Teredo (RFC 4380).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_SITE_LOCAL = IPv6Network("fec0::/10")
_SHARED = IPv4Network("100.64.0.0/10")
_RELAY = IPv4Network("192.88.99.0/24")


def is_public(text: str) -> bool:
    """Tell whether an address, as ``getaddrinfo`` writes it, is a public unicast address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(_is_public(form) for form in (address, *_embedded(address)))


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return address in _NAT64 if isinstance(address, IPv6Address) else False
    if isinstance(address, IPv4Address):
        return address not in _SHARED and address not in _RELAY
    if address.scope_id or address in _LOCAL_NAT64:
        return False
    return address not in _SITE_LOCAL and not address.is_link_local


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that traffic to an IPv6 address would end at."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64 or address in _COMPATIBLE:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
