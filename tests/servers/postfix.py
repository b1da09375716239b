# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix that delivers to Maildirs below its own directory and nowhere else.

Two listeners: ``relay`` (plain, STARTTLS offered) and ``submission`` (TLS required, SASL asked of
Dovecot).  ``default_transport = error:`` keeps every other address from leaving the machine.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.dovecot import Dovecot, dovecot_server
from tests.servers.process import free_port, require, running, server_directory, wait_until

MASTER = Path("/usr/lib/postfix/sbin/master")
RECIPIENT_DOMAINS = ("debbugs.gnu.org", "gnu.org", "example.org", "example.net")
_NOBODY = 65534

_QUEUE = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming"),
    *("maildrop", "pid", "private", "public", "saved", "trace"),
)

_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = yes
local_recipient_maps =
alias_maps =
alias_database =
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_transport = virtual
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = {recipients}
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_mailbox_limit = 0
message_size_limit = 30000000
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_session_cache_database =
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_sasl_security_options = noanonymous
"""

_MASTER = """
127.0.0.1:{relay} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=reject_unlisted_recipient,permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A configured Postfix; ``relay`` and ``submission`` are its ports."""

    def __init__(
        self,
        directory: Path,
        sasl: Dovecot,
        domains: Sequence[str] = RECIPIENT_DOMAINS,
        recipients: Sequence[str] | None = None,
    ) -> None:
        """Prepare ``directory``.

        With ``recipients`` each of them has a Maildir of its own name and any other address is
        refused (550); without, every address of ``domains`` shares the Maildir ``all``.
        """
        self.directory = directory
        self.sasl = sasl
        self.certificate: Certificate = sasl.certificate
        self.relay, self.submission = free_port(), free_port()
        self._make_directories()
        main = directory / "main.cf"
        main.write_text(self._main(domains, recipients))
        os.utime(main, (0, 0))  # Postfix waits until it is sure that nobody still writes it
        master = _MASTER.format(relay=self.relay, submission=self.submission)
        (directory / "master.cf").write_text(master)

    @contextmanager
    def serving(self) -> Iterator[Postfix]:
        """Accept and deliver mail until the block ends."""
        command = [str(MASTER), "-c", str(self.directory), "-d"]
        ports = [self.relay, self.submission]
        with running(command, ports=ports, log=self.directory / "postfix.log"):
            yield self

    def delivered(self, address: str) -> list[bytes]:
        """Return what was delivered to ``address``, oldest first, as it lies in the Maildir."""
        return self.everything().get(address, [])

    def everything(self) -> dict[str, list[bytes]]:
        """Return all delivered mails by recipient; recipients without mail are left out."""
        found: dict[str, list[bytes]] = {}
        for path in sorted((self.directory / "mail").glob("*/new/*"), key=_order):
            content = path.read_bytes()
            found.setdefault(_recipient(content), []).append(content)
        return found

    def wait_for(self, address: str, count: int, seconds: float = 30.0) -> list[bytes]:
        """Wait until ``address`` has ``count`` mails; return what it has then."""
        wait_until(lambda: len(self.delivered(address)) >= count, seconds, every=0.05)
        return self.delivered(address)

    def wait_until_idle(self, seconds: float = 30.0) -> bool:
        """Wait until no mail is queued; return whether that was reached."""
        return wait_until(lambda: not self._queued(), seconds, every=0.05)

    def wait_for_log(self, pattern: str, seconds: float = 30.0) -> bool:
        """Wait until a line of the log holds a pattern; return whether one does.

        postlogd(8) writes the log on its own time: a mail can be delivered before that is told.
        """
        found = re.compile(pattern)
        return wait_until(lambda: found.search(self.log()) is not None, seconds, every=0.05)

    def log(self) -> str:
        """Return the mail log."""
        return (self.directory / "postfix.log").read_text(errors="replace")

    def _queued(self) -> list[Path]:
        queue = self.directory / "queue"
        names = ("maildrop", "incoming", "active", "deferred")
        return [path for name in names for path in (queue / name).rglob("*") if path.is_file()]

    def _make_directories(self) -> None:
        owner = pwd.getpwnam("postfix").pw_uid
        for name, uid in (("queue", 0), ("data", owner), ("mail", _NOBODY)):
            path = self.directory / name
            path.mkdir()
            shutil.chown(path, uid)
        for name in _QUEUE:
            path = self.directory / "queue" / name
            path.mkdir(mode=0o700)
            shutil.chown(path, "root" if name == "pid" else "postfix")
        # What "postfix check" would set; it takes seconds to do so.
        for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
            path = self.directory / "queue" / name
            shutil.chown(path, group="postdrop")
            path.chmod(mode)

    def _main(self, domains: Sequence[str], recipients: Sequence[str] | None) -> str:
        # virtual(8) takes no substitution: unknown local parts share one Maildir.
        table = self.directory / "recipients"
        known = [f"@{domain} all/" for domain in domains]
        if recipients is not None:
            known = [f"{name} {name}/" for name in recipients]
        table.write_text("\n".join(known) + "\n")
        return _MAIN.format(
            home=self.directory,
            domains=", ".join(domains),
            recipients=f"texthash:{table}",
            certificate=self.certificate.certificate,
            key=self.certificate.key,
            auth=self.sasl.auth,
        )


def _order(path: Path) -> tuple[int, str]:
    """Order of delivery: the time that virtual(8) wrote the file, then its name."""
    return path.stat().st_mtime_ns, path.name


def _recipient(content: bytes) -> str:
    """Return the envelope recipient, which virtual(8) writes on top of the mail."""
    found = re.search(rb"^Delivered-To: (.*)$", content, re.MULTILINE)
    if found is None:
        raise ValueError("a delivered mail has no Delivered-To header")
    return found[1].decode()


@contextmanager
def postfix_server(
    domains: Sequence[str] = RECIPIENT_DOMAINS, recipients: Sequence[str] | None = None
) -> Iterator[Postfix]:
    """Yield a running Postfix with its Dovecot; skip without them or without root's rights."""
    require(MASTER, "dovecot", "openssl", root=True)
    with (
        server_directory("smtp") as directory,
        dovecot_server() as sasl,
        Postfix(directory, sasl, domains, recipients).serving() as server,
    ):
        yield server
