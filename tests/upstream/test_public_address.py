# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that look public and lead inside."""

from __future__ import annotations

import pytest

from bot.upstream.public_address import is_public


@pytest.mark.parametrize(
    "address",
    [
        "192.0.0.8",
        "192.0.0.192",
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "64:ff9b::a83f:8110",
        "3fff::1",
        "2a00:1450::5efe:10.0.0.1",
        "2a00:1450::200:5efe:127.0.0.1",
    ],
)
def test_no_way_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001::1", "64:ff9b::808:808"])
def test_the_world(address: str) -> None:
    assert is_public(address)
