# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot: IMAP over Maildirs, and the SASL back end that Postfix asks.

Runs as the account that starts it; started by root (which Dovecot refuses to serve) the mails
belong to ``nobody``.  Every path lies in its own directory.
"""

from __future__ import annotations

import grp
import mailbox
import os
import pwd
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import Certificate, make_certificate
from tests.servers.process import free_port, require, running, server_directory

_TEMPLATE = """
base_dir = {run}
state_dir = {run}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/passwords
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/homes/%u
}}
first_valid_uid = 1
first_valid_gid = 1
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service auth {{
  inet_listener {{
    port = {auth}
  }}
}}
auth_failure_delay = 0
"""


@dataclass(frozen=True, slots=True)
class _Accounts:
    internal: str
    login: str
    group: str
    uid: int
    """Owner of the mails."""
    gid: int


def _accounts() -> _Accounts:
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        nobody = pwd.getpwnam("nobody")
        return _Accounts("dovecot", "dovenull", "dovecot", nobody.pw_uid, nobody.pw_gid)
    own = pwd.getpwuid(uid).pw_name
    return _Accounts(own, own, grp.getgrgid(gid).gr_name, uid, gid)


class Dovecot:
    """A configured Dovecot; ``imap``, ``imaps`` and ``auth`` are its ports."""

    def __init__(self, directory: Path, users: Mapping[str, str]) -> None:
        """Write the configuration for ``users`` (name to password) below ``directory``."""
        self.directory = directory
        self.users = dict(users)
        self._accounts = _accounts()
        (directory / "mail").mkdir()
        self.certificate: Certificate = make_certificate(directory)
        self.imap, self.imaps, self.auth = free_port(), free_port(), free_port()
        lines = "".join(f"{name}:{{PLAIN}}{word}\n" for name, word in users.items())
        (directory / "passwords").write_text(lines)
        (directory / "dovecot.conf").write_text(self._configuration())

    def deliver(self, user: str, *mails: bytes) -> None:
        """Put ``mails`` into the inbox of ``user`` in this order."""
        box = mailbox.Maildir(self.directory / "mail" / user)
        for mail in mails:
            box.add(mail)
        for path in (self.directory / "mail", *(self.directory / "mail").rglob("*")):
            os.chown(path, self._accounts.uid, self._accounts.gid)

    @contextmanager
    def serving(self) -> Iterator[Dovecot]:
        """Answer until the block ends."""
        command = ["dovecot", "-F", "-c", str(self.directory / "dovecot.conf")]
        ports = [self.imap, self.imaps, self.auth]
        log = self.directory / "dovecot.log"
        # Asked politely, Dovecot takes a second to end; nothing of it is kept.
        with running(command, ports=ports, log=log, stop_signal=signal.SIGKILL):
            yield self

    def _configuration(self) -> str:
        return _TEMPLATE.format(
            run=self.directory / "run",
            home=self.directory,
            certificate=self.certificate.certificate,
            key=self.certificate.key,
            internal=self._accounts.internal,
            group=self._accounts.group,
            login=self._accounts.login,
            uid=self._accounts.uid,
            gid=self._accounts.gid,
            imap=self.imap,
            imaps=self.imaps,
            auth=self.auth,
        )


@contextmanager
def dovecot_server(users: Mapping[str, str] | None = None) -> Iterator[Dovecot]:
    """Yield a running Dovecot with the account ``bot`` (password ``s3cret``); skip without it."""
    require("dovecot", "openssl")
    with (
        server_directory("imap") as directory,
        Dovecot(directory, users or {"bot": "s3cret"}).serving() as server,
    ):
        yield server
