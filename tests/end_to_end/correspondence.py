# SPDX-License-Identifier: GPL-3.0-or-later
"""A bot between a real IMAP and a real SMTP server, and the people who write to it."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from bot.application import Application, open_application, utc_now
from bot.config import load_config
from bot.service.steering import Senders
from bot.service.steering_wiring import make_maintainers, make_prover
from bot.store.audit import AuditEntry, entries_of
from tests.servers.postfix import Postfix
from tests.service.archive import Archive
from tests.trust.domains import Domains
from tests.trust.openpgp_keys import GnuPG

BOT, ADA, STEFAN = "bot@example.org", "ada@example.org", "stefan@example.net"

_CONFIGURATION = """
mode = "moderated"
data_directory = "state"
offline = true

[bot]
address = "{bot}"
operator = "operator@example.org"
bounces = "bounces@example.org"

[[sources]]
name = "list"
kind = "maildir"
path = "archive"
since = "beginning"

[[sources]]
name = "mailbox"
kind = "imap"
host = "127.0.0.1"
port = {imap}
security = "none"
username = "bot"
password_file = "password"
since = "beginning"

[reply]
settle = "0s"
settle_incomplete = "0s"
max_age = "520w"

[mail_limits]
per_hour = 100
per_day = 100

[smtp]
host = "localhost"
port = {submission}
security = "starttls"
username = "bot"
password_file = "password"
ca_file = "{authority}"

[schedule]
digest = false

[steering]
maintainers = "maintainers.toml"
keyring = "keyring.asc"
"""

_MAINTAINERS = """
[[maintainers]]
name = "Ada Example"
addresses = ["{ada}"]
openpgp = ["{fingerprint}"]
"""


class Correspondence:
    """People who write to the bot over SMTP, and read what comes back."""

    def __init__(
        self, application: Application, postfix: Postfix, archive: Archive, domains: Domains
    ) -> None:
        """Take a bot with its servers; nobody has written yet."""
        self.application = application
        self.postfix = postfix
        self.archive = archive
        self.domains = domains
        self.gpg: GnuPG | None = None
        self._written = 0
        self._read: dict[str, int] = {}

    def compose(self, text: str | bytes, sender: str = ADA, to: str = BOT, **changes: str) -> bytes:
        """Return a mail that is not signed yet."""
        self._written += 1
        fields = {
            "From": f"Ada Example <{sender}>" if sender == ADA else sender,
            "To": to,
            "Subject": "steering",
            "Date": format_datetime(utc_now()),
            "Message-ID": f"<{self._written}.{sender}>",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        body = text if isinstance(text, bytes) else text.encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return head.encode() + b"\r\n" + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def send(self, raw: bytes, sender: str = ADA) -> None:
        """Hand a mail for the bot to Postfix, and wait until it lies in its mailbox."""
        with smtplib.SMTP("127.0.0.1", self.postfix.relay) as server:
            server.sendmail(sender, [BOT], raw)
        assert self.postfix.wait_until_idle()

    def round(self) -> None:
        """Let the bot read, think and write once, and wait for its mail to arrive."""
        outcome = self.application.run_once()
        assert outcome.failures == (), outcome.failures
        assert outcome.unreadable == (), outcome.unreadable
        assert self.postfix.wait_until_idle()

    def new_mail(self, owner: str) -> list[EmailMessage]:
        """Return what has come for ``owner`` since it was asked for last."""
        mails = self.postfix.delivered(owner)
        seen = self._read.get(owner, 0)
        self._read[owner] = len(mails)
        return [message_from_bytes(raw, policy=policy.default) for raw in mails[seen:]]

    def log(self) -> tuple[AuditEntry, ...]:
        """Return the audit log."""
        with self.application.database.reading() as connection:
            return entries_of(connection, limit=1_000)


@contextmanager
def correspondence(
    directory: Path, postfix: Postfix, domains: Domains, gpg: GnuPG
) -> Iterator[Correspondence]:
    """Yield a bot in moderated mode whose one maintainer is ada."""
    archive = Archive(directory)
    (directory / "password").write_text("s3cret\n")
    (directory / "keyring.asc").write_bytes(gpg.public(armor=True))
    fingerprint = gpg.fingerprints("ada")[0]
    people = _MAINTAINERS.format(ada=ADA, fingerprint=fingerprint)
    (directory / "maintainers.toml").write_text(people)
    (directory / "weighbridge.toml").write_text(
        _CONFIGURATION.format(
            bot=BOT,
            imap=postfix.sasl.imap,
            submission=postfix.submission,
            authority=postfix.certificate.certificate,
        )
    )
    _share_mailbox(postfix)
    config = load_config(directory / "weighbridge.toml")
    maintainers = make_maintainers(config)
    prover = replace(make_prover(config, maintainers), lookup=domains.lookup)
    senders = Senders(prover.prove, maintainers.of)
    with open_application(config, senders=senders) as application:
        written = Correspondence(application, postfix, archive, domains)
        written.gpg = gpg
        yield written


def _share_mailbox(postfix: Postfix) -> None:
    """Let Dovecot show to the bot what Postfix delivers to it."""
    mailbox = postfix.directory / "mail" / BOT
    for path in (mailbox, *(mailbox / part for part in ("cur", "new", "tmp"))):
        path.mkdir()
        shutil.chown(path, "nobody", "nogroup")
    (postfix.sasl.directory / "mail" / "bot").symlink_to(mailbox)
