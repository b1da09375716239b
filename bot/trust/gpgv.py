# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs gpgv, which verifies and does nothing else: no agent, no network, no configuration.

It gets a home directory of its own, which is empty, the keyring and the signature as files, and
no shell.  Source: gpgv(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bot.limits import Limits
from bot.trust.errors import NotProvenError
from bot.trust.gpgv_status import GoodSignature, read_status

PROGRAM = "gpgv"
_WEAK = ("MD5", "SHA1", "RIPEMD160")


def is_installed() -> bool:
    """Say whether gpgv is there."""
    return shutil.which(PROGRAM) is not None


def verify(keys: bytes, signature: bytes, content: bytes, limits: Limits) -> GoodSignature:
    """Verify a detached signature over ``content`` by one of ``keys`` (all binary).

    Raises ``NotProvenError`` unless there is exactly one good signature by a key that is good now.
    """
    if not is_installed():
        reason = f"{PROGRAM} is not installed, so its OpenPGP signature was not checked"
        raise NotProvenError(reason, temporary=True)
    try:
        with tempfile.TemporaryDirectory(prefix="weighbridge-gpgv-") as name:
            directory = Path(name)  # only this account may enter it
            (directory / "home").mkdir(mode=0o700)
            (directory / "keys.gpg").write_bytes(keys)
            (directory / "signature").write_bytes(signature)
            (directory / "content").write_bytes(content)
            status = _status(directory, limits)
    except (subprocess.TimeoutExpired, OSError) as error:
        reason = f"{PROGRAM} gave no answer about its OpenPGP signature"
        raise NotProvenError(reason, temporary=True) from error
    if len(status) > limits.openpgp_output_bytes:
        raise NotProvenError("gpgv says too much of its OpenPGP signature")
    return read_status(status.decode("utf-8", "replace"))


def _status(directory: Path, limits: Limits) -> bytes:
    """Run gpgv; return what it writes to its status channel, up to a byte past the bound."""
    weak = [word for digest in _WEAK for word in ("--weak-digest", digest)]
    command = [
        PROGRAM, "--homedir", str(directory / "home"), "--keyring", str(directory / "keys.gpg"),
        "--status-fd", "1", *weak, "--", "signature", "content",
    ]  # fmt: skip
    with (directory / "status").open("w+b") as status:
        subprocess.run(  # noqa: S603  (our own arguments, no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=status,
            stderr=subprocess.DEVNULL,
            cwd=directory,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            timeout=limits.openpgp_seconds,
            check=False,
        )
        status.seek(0)
        return status.read(limits.openpgp_output_bytes + 1)
