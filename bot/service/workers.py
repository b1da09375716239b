# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of processes in claims, and whether the process behind a name is gone.

A claim that a process held when it was killed would be honoured until its lease is over.  The
next process on the same machine can see that its holder is gone, and frees it at once.
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

_THIS = secrets.token_hex(4)


def worker_name() -> str:
    """Return the name of this process: machine, process number, and a random part."""
    return f"{_machine()}:{os.getpid()}:{_THIS}"


def is_gone(name: str) -> bool:
    """Say whether the process of that name has surely ended; False where that cannot be known."""
    machine, _, rest = name.rpartition(":")[0].rpartition(":")
    if machine != _machine() or not rest.isdigit():
        return False
    if int(rest) == os.getpid():
        return name != worker_name()
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _machine() -> str:
    """Return what has one set of process numbers: containers with one host name are several."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{namespace}/{boot}"
