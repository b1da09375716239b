# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate for ``localhost`` and 127.0.0.1 that is its own authority."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files; a client trusts the server by taking ``certificate`` as its authority."""

    certificate: Path
    key: Path


def make_certificate(directory: Path) -> Certificate:
    """Write a new self-signed certificate, valid for two days, into ``directory``."""
    made = Certificate(directory / "certificate.pem", directory / "key.pem")
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(made.key), "-out", str(made.certificate)]
    command = ["openssl", "req", *kind, "-days", "2", *names, *files]
    subprocess.run(command, capture_output=True, check=True)
    return made
