# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains that sign: real keys, a resolver that knows them."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import dkim  # type: ignore[import-untyped]

ALL = (
    *(b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version"),
    *(b"content-type", b"content-transfer-encoding"),
)


def rsa_key(directory: Path, bits: int) -> tuple[bytes, bytes]:
    """Return a private key (PEM) and what a DNS record says of the public one."""
    file = directory / f"rsa{bits}.pem"
    make = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}"]
    subprocess.run([*make, "-out", str(file)], check=True, capture_output=True)
    show = ["openssl", "pkey", "-in", str(file), "-pubout", "-outform", "DER"]
    public = subprocess.run(show, check=True, capture_output=True).stdout
    return file.read_bytes(), b"k=rsa; p=" + base64.b64encode(public)


@dataclass
class Domains:
    """Private keys by size, and the DNS."""

    keys: dict[int, tuple[bytes, bytes]]
    records: dict[bytes, bytes] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    silent: bool = False
    """Nobody answers."""

    def lookup(self, name: bytes, seconds: float) -> bytes | None:
        """Answer as the DNS would; a ``bot.trust.key_records.Lookup``."""
        assert seconds > 0
        self.asked.append(name)
        if self.silent:
            raise OSError("no answer")
        return self.records.get(name)

    def sign(
        self,
        raw: bytes,
        domain: str = "example.org",
        *,
        bits: int = 2048,
        covers: tuple[bytes, ...] = ALL,
        record: bytes = b"v=DKIM1; ",
        length: bool = False,
        algorithm: bytes = b"rsa-sha256",
        canonicalize: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
        selector: str = "s",
    ) -> bytes:
        """Publish the key of ``domain`` and put its signature on top of ``raw``."""
        private, public = self.keys[bits]
        self.records[f"{selector}._domainkey.{domain}.".encode()] = record + public
        signature = dkim.sign(
            raw,
            selector.encode(),
            domain.encode(),
            private,
            canonicalize=canonicalize,
            include_headers=list(covers),
            length=length,
            signature_algorithm=algorithm,
        )
        return bytes(signature) + raw
