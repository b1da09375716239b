# SPDX-License-Identifier: GPL-3.0-or-later
"""A public-inbox archive (v2, full-text index) and its HTTP server.

The archive is the real one: ``public-inbox-init``, its own importer, ``public-inbox-httpd``.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import free_port, require, running, server_directory

# Reads "LENGTH\n<mail>" records on standard input; the importer itself is public-inbox's.
_IMPORT = r"""
use strict; use warnings;
use PublicInbox::Config; use PublicInbox::InboxWritable; use PublicInbox::Eml;
my ($name, $action) = @ARGV;
my $ibx = PublicInbox::Config->new->lookup_name($name) or die "no inbox $name\n";
my $im = PublicInbox::InboxWritable->new($ibx)->importer(0);
binmode STDIN;
while (defined(my $length = <STDIN>)) {
    read(STDIN, my $raw, $length) == $length or die "short read\n";
    my $eml = PublicInbox::Eml->new($raw);
    $action eq 'add' ? $im->add($eml) : $im->remove($eml);
}
$im->done;
"""


class PublicInbox:
    """One archive on disk; its ``url`` answers while ``serving`` holds."""

    def __init__(
        self,
        directory: Path,
        name: str = "guix-patches",
        address: str = "guix-patches@gnu.org",
    ) -> None:
        """Create the archive ``name`` for the list ``address`` below ``directory``."""
        self.directory = directory
        self.name = name
        self.port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.environment = {
            "HOME": str(directory / "home"),
            "PI_CONFIG": str(directory / "home" / "config"),
            "GIT_AUTHOR_NAME": "archive",
            "GIT_AUTHOR_EMAIL": "archive@localhost",
            "GIT_COMMITTER_NAME": "archive",
            "GIT_COMMITTER_EMAIL": "archive@localhost",
        }
        (directory / "home").mkdir()
        listid = address.replace("@", ".")
        options = ["-V2", "-L", "full", "-c", f"listid={listid}"]
        place = [name, str(directory / name), self.url.rstrip("/"), address]
        self._call(["public-inbox-init", *options, *place])

    @property
    def url(self) -> str:
        """Address of the archive, with a slash at its end."""
        return f"http://127.0.0.1:{self.port}/{self.name}/"

    @property
    def epoch(self) -> Path:
        """The bare Git repository that holds the mails."""
        return self.directory / self.name / "git" / "0.git"

    def add(self, *mails: bytes) -> None:
        """Store ``mails`` in this order; the server sees them at once."""
        self._feed("add", mails)

    def remove(self, *mails: bytes) -> None:
        """Remove ``mails`` the way a list's owner does: history stays, the archive forgets."""
        self._feed("remove", mails)

    @contextmanager
    def serving(self) -> Iterator[PublicInbox]:
        """Answer on ``url`` until the block ends."""
        command = ["public-inbox-httpd", "-W0", "-l", f"127.0.0.1:{self.port}"]
        log = self.directory / "httpd.log"
        ports = [self.port]
        with running(command, ports=ports, log=log, environment=self.environment) as server:
            self._server = server
            try:
                yield self
            finally:
                self._server = None

    def _feed(self, action: str, mails: Iterable[bytes]) -> None:
        records = b"".join(b"%d\n%b" % (len(mail), mail) for mail in mails)
        self._call(["perl", "-e", _IMPORT, self.name, action], records)
        if self._server is not None:
            # Otherwise it keeps an open search index, and shows what is new in it 30 s late.
            self._server.send_signal(signal.SIGHUP)

    def _call(self, command: list[str], stdin: bytes = b"") -> None:
        environment = {**os.environ, **self.environment}
        subprocess.run(command, input=stdin, env=environment, capture_output=True, check=True)


@contextmanager
def public_inbox_server() -> Iterator[PublicInbox]:
    """Yield an empty archive that is being served; skip without public-inbox."""
    require("public-inbox-init", "public-inbox-httpd", "perl", "git")
    with server_directory("archive") as directory, PublicInbox(directory).serving() as archive:
        yield archive
