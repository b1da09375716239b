# SPDX-License-Identifier: GPL-3.0-or-later
"""Real OpenPGP keys of every sort that must or must not be heard, made by gpg."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.limits import DEFAULT_LIMITS
from bot.trust.certificates import read_certificates
from bot.trust.keyring import Keyring
from tests.servers.process import require

LONG_AGO = "20240101T000000"
SOON_AFTER = "20240102T000000"


@dataclass(frozen=True)
class GnuPG:
    """A home directory with secret keys."""

    home: Path

    def run(self, *arguments: str, content: bytes = b"") -> bytes:
        """Run gpg; return what it writes."""
        command = [
            *("gpg", "--batch", "--quiet", "--no-tty", "--yes", "--pinentry-mode", "loopback"),
            *("--passphrase", "", *arguments),
        ]
        environment = os.environ | {"GNUPGHOME": str(self.home)}
        done = subprocess.run(
            command, input=content, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def make(self, name: str, algorithm: str = "ed25519", until: str = "never", *more: str) -> str:
        """Make a key of ``NAME <NAME@example.org>``; return its fingerprint."""
        person = f"{name.title()} <{name}@example.org>"
        self.run(*more, "--quick-gen-key", person, algorithm, "sign", until)
        return self.fingerprints(name)[0]

    def fingerprints(self, name: str) -> list[str]:
        """Return the fingerprints of a key and its subkeys."""
        listed = self.run("--with-colons", "--list-keys", f"{name}@example.org").decode()
        rows = [line.split(":") for line in listed.splitlines()]
        return [row[9] for row in rows if row[0] == "fpr"]

    def public(self, *names: str, armor: bool = False) -> bytes:
        """Return what ``gpg --export`` writes; without names all keys."""
        people = [f"{name}@example.org" for name in names]
        return self.run(*(["--armor"] if armor else []), "--export", *people)

    def keyring(self, *names: str) -> Keyring:
        """Return the public keys as the bot has them."""
        return Keyring(read_certificates(self.public(*names), DEFAULT_LIMITS))

    def clear_signed(self, name: str, text: str, *more: str) -> bytes:
        """Sign a text inline."""
        return self.run(*more, "-u", f"{name}@example.org", "--clearsign", content=text.encode())

    def detached(self, name: str, content: bytes, *more: str) -> bytes:
        """Return an armoured signature over bytes."""
        who = f"{name}@example.org"
        return self.run(*more, "-u", who, "--armor", "--detach-sign", content=content)


@contextmanager
def all_sorts_of_keys() -> Iterator[GnuPG]:
    """Yield keys: ada and bob are well; what ails the others is their name."""
    require("gpg", "gpgv")
    # Not below pytest's directory: the path of the agent's socket has to be short.
    with tempfile.TemporaryDirectory(prefix="wb-gpg-") as directory:
        gpg = GnuPG(Path(directory))
        try:
            _fill(gpg)
            yield gpg
        finally:
            environment = os.environ | {"GNUPGHOME": str(gpg.home)}
            command = ["gpgconf", "--kill", "all"]
            subprocess.run(command, env=environment, check=False, capture_output=True)


def _fill(gpg: GnuPG) -> None:
    primary = gpg.make("ada")
    gpg.run("--quick-add-key", primary, "ed25519", "sign", "never")
    gpg.make("bob")
    gpg.make("stranger")
    gpg.make("expired", "ed25519", "30d", "--faked-system-time", LONG_AGO)
    gpg.make("short", "rsa1024")
    gpg.make("dsa", "dsa1024", "never", "--enable-dsa2", "--cert-digest-algo", "SHA256")
    gpg.make("sha1", "rsa2048", "never", "--cert-digest-algo", "SHA1")
    revoked = gpg.make("revoked")
    certificate = (gpg.home / "openpgp-revocs.d" / f"{revoked}.rev").read_text()
    (gpg.home / "revocation").write_text(certificate.replace("\n:-----BEGIN", "\n-----BEGIN"))


def revoke(gpg: GnuPG) -> bytes:
    """Return the key ``revoked`` with its revocation, leaving the home directory as it is."""
    with tempfile.TemporaryDirectory(prefix="wb-gpg-") as directory:
        other = GnuPG(Path(directory))
        other.run("--import", content=gpg.public("revoked"))
        other.run("--import", str(gpg.home / "revocation"))
        return other.public("revoked")
