# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL in a temporary directory; started by root it runs as ``postgres``."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import (
    ServerStartError,
    free_port,
    require,
    running,
    server_directory,
    wait_until,
)


def _program(name: str) -> str:
    """Return the newest installed ``name``; Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else name


class PostgreSQL:
    """A cluster with the superuser ``weighbridge``, trusted on loopback."""

    def __init__(self, directory: Path) -> None:
        """Create the cluster below ``directory``."""
        self.directory = directory
        self.port = free_port()
        if os.geteuid() == 0:
            shutil.chown(directory, "postgres", "postgres")
        initdb = [_program("initdb"), "-D", str(directory / "pg"), "-U", "weighbridge"]
        options = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._call([*initdb, *options])

    def url(self, database: str = "postgres") -> str:
        """Return SQLAlchemy's URL of ``database``."""
        return f"postgresql+psycopg://weighbridge@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Create the empty database ``name``; return its URL."""
        # Through its own socket: whatever listens on a port may be another cluster.
        connection = ["-h", str(self.directory), "-p", str(self.port), "-U", "weighbridge"]
        self._call([_program("createdb"), *connection, "--template=template0", name])
        return self.url(name)

    @contextmanager
    def serving(self) -> Iterator[PostgreSQL]:
        """Answer until the block ends (SIGINT asks for PostgreSQL's fast shutdown)."""
        directory = str(self.directory)
        command = [_program("postgres"), "-D", f"{directory}/pg", "-k", directory, "-F"]
        listen = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        log = self.directory / "postgresql.log"
        with running(
            _as_postgres([*command, *listen]),
            ports=[self.port],
            log=log,
            stop_signal=signal.SIGINT,
        ):
            # It listens before it takes connections ("the database system is starting up").
            if not wait_until(self._is_ready):
                raise ServerStartError(f"not ready:\n{log.read_text(errors='replace')}")
            yield self

    def _is_ready(self) -> bool:
        directory, port = str(self.directory), str(self.port)
        asked = [_program("pg_isready"), "-q", "-h", directory, "-p", port]
        return subprocess.run(asked, check=False, timeout=60).returncode == 0

    def _call(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            _as_postgres(command),
            cwd=self.directory,
            capture_output=True,
            check=False,
            timeout=120,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")
            raise ServerStartError(f"{command[0]} ended with status {done.returncode}:\n{said}")


def _as_postgres(command: Sequence[str]) -> list[str]:
    """Return ``command``, run by the account ``postgres`` where root would run it."""
    if os.geteuid() != 0:
        return list(command)
    account = pwd.getpwnam("postgres")
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids, "--", *command]


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """Yield a running PostgreSQL; skip without it."""
    require(*map(_program, ("postgres", "initdb", "createdb", "pg_isready")))
    with server_directory("sql") as directory, PostgreSQL(directory).serving() as server:
        yield server
