# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a proof proves: an address by its domain's word, a key by its signature, never mixed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.trust.maintainers import Maintainer, Maintainers
from bot.trust.proof import Method, Proof

PRIMARY, SUBKEY, OTHER = "A" * 40, "B" * 40, "C" * 40
ADA = Maintainer("Ada", ("ada@example.org",), (PRIMARY,))
BOB = Maintainer("Bob", (), (SUBKEY,))
MAINTAINERS = Maintainers((ADA, BOB))
DKIM = Proof(
    method=Method.DKIM,
    address="ada@example.org",
    by="example.org",
    text="help\n",
    nonce="n",
    signed_at=datetime(2026, 11, 25, tzinfo=UTC),
    may_change=True,
    names_bot=True,
)
OPENPGP = replace(DKIM, method=Method.OPENPGP, by=PRIMARY, key=PRIMARY)


def test_an_address() -> None:
    assert MAINTAINERS.of(DKIM) == ADA
    assert MAINTAINERS.of(replace(DKIM, method=Method.RESULTS, by="mx.example.net")) == ADA


@pytest.mark.parametrize(
    "address", ["eve@example.org", "ada@mail.example.org", "ada@example.org.example.net", ""]
)
def test_other_addresses(address: str) -> None:
    assert MAINTAINERS.of(replace(DKIM, address=address)) is None


def test_a_key_speaks_for_its_subkeys() -> None:
    assert MAINTAINERS.of(OPENPGP) == ADA
    assert MAINTAINERS.of(replace(OPENPGP, key=OTHER)) == ADA


def test_a_subkey_speaks_for_itself_alone() -> None:
    assert MAINTAINERS.of(replace(OPENPGP, by=OTHER, key=SUBKEY)) == BOB
    assert MAINTAINERS.of(replace(OPENPGP, by=OTHER, key=OTHER)) is None


def test_an_address_beside_another_key_proves_nothing() -> None:
    assert MAINTAINERS.of(replace(OPENPGP, by=OTHER, key=OTHER, address="ada@example.org")) is None


def test_a_fingerprint_is_no_domain() -> None:
    assert MAINTAINERS.of(replace(DKIM, by=PRIMARY, address="eve@example.org")) is None


def test_the_first_one_has_what_two_name() -> None:
    second = Maintainer("civodul", (), (PRIMARY,))
    assert Maintainers((ADA, second)).of(OPENPGP) == ADA
    assert Maintainers((ADA, second)).fingerprints == {PRIMARY}
