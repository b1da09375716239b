# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of a key are joined, and no revocation is lost by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.limits import DEFAULT_LIMITS
from bot.service.steering_examination import key_trouble
from bot.trust.certificates import read_certificates
from bot.trust.keyring import Keyring
from bot.trust.prove import Prover
from tests.trust.letters import OWN, mail, proven, refused
from tests.trust.openpgp_keys import GnuPG, revoke

NOW = datetime.now(UTC)


def joined(*contents: bytes) -> Keyring:
    return Keyring(
        one for content in contents for one in read_certificates(content, DEFAULT_LIMITS)
    )


def test_a_revocation_in_any_copy_counts(gpg: GnuPG) -> None:
    raw = mail(gpg.clear_signed("revoked", "help\n"))
    for contents in (
        (gpg.public("revoked"), revoke(gpg)),
        (revoke(gpg), gpg.public("revoked", armor=True)),
    ):
        keyring = joined(gpg.public("ada"), *contents)
        assert len(keyring.certificates) == 2
        assert "was revoked" in refused(Prover(OWN, keyring, dkim=False), raw)


def test_joined_copies_are_still_keys(gpg: GnuPG) -> None:
    """The subkey of one copy, the user ids of the other."""
    (whole,) = read_certificates(gpg.public("ada"), DEFAULT_LIMITS)
    without_subkey = gpg.run(
        "--export-options", "export-minimal", "--export-filter", "drop-subkey=usage =~ s",
        "--export", "ada@example.org",
    )  # fmt: skip
    (part,) = read_certificates(without_subkey, DEFAULT_LIMITS)
    assert (len(part.keys), len(whole.keys)) == (1, 2)
    keyring = joined(without_subkey, gpg.public("ada"), without_subkey)
    assert keyring.certificates[0].keys == whole.keys
    raw = mail(gpg.clear_signed("ada", "help\n"))
    assert proven(Prover(OWN, keyring, dkim=False), raw).key == whole.keys[1].fingerprint
    assert "not in the keyring" in refused(Prover(OWN, joined(without_subkey), dkim=False), raw)


def test_only_some_of_them(gpg: GnuPG) -> None:
    keyring = joined(gpg.public())
    subkey = gpg.fingerprints("ada")[1]
    assert keyring.only([subkey]).content == gpg.public("ada")
    assert not keyring.only([])
    assert keyring.key("0" * 40) is None


def test_what_is_wrong_with_a_key_is_known_before_it_is_used(gpg: GnuPG) -> None:
    keyring = joined(gpg.public(), revoke(gpg))

    def trouble(name: str, now: datetime = NOW) -> str:
        return key_trouble(keyring, gpg.fingerprints(name)[-1], now)

    assert trouble("ada") == trouble("bob") == ""
    assert "expired on 2024-01-31" in trouble("expired")
    assert trouble("expired", datetime(2024, 1, 30, tzinfo=UTC)) == ""
    assert "revoked" in trouble("revoked")
    assert "1024 bits" in trouble("short")
    assert "1024 bits" in trouble("dsa")
    assert "SHA-1" in trouble("sha1")
    assert "no keyring" in key_trouble(keyring, "0" * 40, NOW)


def test_a_subkey_that_was_withdrawn_or_runs_out(gpg: GnuPG) -> None:
    primary = gpg.make("subkeys", "ed25519", "never")
    gpg.run("--quick-add-key", primary, "ed25519", "sign", "10d")
    first, subkey = gpg.fingerprints("subkeys")
    keyring = joined(gpg.public("subkeys"))
    later = NOW + timedelta(days=11)
    assert key_trouble(keyring, subkey, NOW) == ""
    assert "expired" in key_trouble(keyring, subkey, later)
    assert key_trouble(keyring, first, later) == ""
