# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a server as a child process, wait until it listens, and end it with all its children."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class ServerStartError(RuntimeError):
    """The server ended, or did not listen in time; the message holds what it wrote."""


_PORTS = range(20_000, 32_000)
"""Below those that Linux gives to outgoing connections (from 32,768): between the choice of a port
and the start of its server no client can take it."""
_given: set[int] = set()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on, and that was not returned before."""
    for _ in range(1_000):
        # Not in order: several runs of the tests may look for ports at once.
        port = _PORTS[secrets.randbelow(len(_PORTS))]
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    raise ServerStartError("no port of 127.0.0.1 is free")


def require(*programs: str | Path, root: bool = False) -> None:
    """Skip the test, or fail it where ``WEIGHBRIDGE_REQUIRE_SERVERS=1``, without ``programs``."""
    missing = [str(program) for program in programs if shutil.which(program) is None]
    if root and os.geteuid() != 0:
        missing.append("root's rights")
    if not missing:
        return
    reason = f"needs {', '.join(missing)}"
    if os.environ.get("WEIGHBRIDGE_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{reason} (WEIGHBRIDGE_REQUIRE_SERVERS=1)", pytrace=False)
    pytest.skip(reason)


@contextmanager
def server_directory(prefix: str) -> Iterator[Path]:
    """Yield a new directory that other accounts may enter (pytest's own may not be entered)."""
    path = Path(tempfile.mkdtemp(prefix=f"wb-{prefix}-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def accepts(port: int) -> bool:
    """Tell whether something listens on ``port`` of 127.0.0.1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until(
    condition: Callable[[], bool], seconds: float = START_SECONDS, every: float = 0.02
) -> bool:
    """Ask ``condition`` until it holds or ``seconds`` are over; return whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def wait_for_ports(
    process: subprocess.Popen[bytes], ports: Sequence[int], log: Callable[[], str]
) -> None:
    """Return when all ``ports`` accept connections; raise ``ServerStartError`` otherwise."""

    def settled() -> bool:
        return process.poll() is not None or all(accepts(port) for port in ports)

    listening = wait_until(settled)
    if process.poll() is not None:
        raise ServerStartError(f"ended with status {process.returncode}:\n{log()}")
    if not listening:
        raise ServerStartError(f"does not listen on {list(ports)}:\n{log()}")


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def end(process: subprocess.Popen[bytes], first: signal.Signals = signal.SIGTERM) -> None:
    """Ask the process to end, then kill whatever is left of its process group."""
    if process.poll() is None:
        process.send_signal(first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait(STOP_SECONDS)


@contextmanager
def running(
    command: Sequence[str],
    *,
    ports: Sequence[int],
    log: Path,
    environment: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` in a session of its own until the block ends."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        wait_for_ports(process, ports, lambda: log.read_text(errors="replace"))
        yield process
    finally:
        end(process, stop_signal)
