# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are public: the only ones that a stranger's URL may lead to.

Beside the registries of special-purpose addresses (RFC 6890, kept by Python's ``ipaddress``) the
forms that carry an IPv4 address inside an IPv6 one are opened: IPv4-mapped (RFC 4291, 2.5.5.2),
IPv4-compatible (2.5.5.1), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056),
Teredo (RFC 4380) and ISATAP (RFC 5214).
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_SITE_LOCAL = IPv6Network("fec0::/10")
_DOCUMENTATION = IPv6Network("3fff::/20")
"""RFC 9637: newer than the registry that Python 3.11 carries."""
_SHARED = IPv4Network("100.64.0.0/10")
_RELAY = IPv4Network("192.88.99.0/24")
_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""RFC 6890: of use between routers and hosts of one network; clouds keep secrets at some."""
_PLATFORM = IPv4Address("168.63.129.16")
"""Where virtual machines of Azure reach their platform, credentials included; public in name
(https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16)."""
_ISATAP = frozenset((0x0000_5EFE, 0x0200_5EFE))
"""Third quarter of an address that ends in an IPv4 address (RFC 5214, 6.1)."""


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
        inside = any(address in network for network in (_SHARED, _RELAY, _PROTOCOLS))
        return not inside and address != _PLATFORM
    if address.scope_id or address in _LOCAL_NAT64 or address in _DOCUMENTATION:
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
    third_quarter = int(address) >> 32 & 0xFFFFFFFF
    if address in _NAT64 or address in _COMPATIBLE or third_quarter in _ISATAP:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
