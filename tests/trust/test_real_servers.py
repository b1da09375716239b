# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail through a real Postfix, with a real opendkim that writes Authentication-Results."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.trust.proof import Method
from bot.trust.prove import Prover
from tests.servers.dovecot import dovecot_server
from tests.servers.postfix import MASTER, Postfix
from tests.servers.process import free_port, require, running, server_directory
from tests.trust.domains import Domains
from tests.trust.letters import OWN, mail, proven, refused
from tests.trust.openpgp_keys import GnuPG
from tests.trust.test_openpgp import COMMAND, pgp_mime

pytestmark = pytest.mark.server
SERVER = "relay.example.org"
FORGED = f"Authentication-Results: {SERVER}; dkim=pass header.d=example.org\r\n".encode()

_OPENDKIM = """\
Socket inet:{port}@127.0.0.1
Mode v
AuthservID {server}
AlwaysAddARHeader yes
InternalHosts {directory}/nobody
TestPublicKeys {directory}/keys
Syslog no
PidFile {directory}/pid
"""


@pytest.fixture
def relay(domains: Domains) -> Iterator[Postfix]:
    """Yield a Postfix that asks opendkim about each mail; the DNS is ``domains``, as signed."""
    require(MASTER, "dovecot", "openssl", "opendkim", root=True)
    with server_directory("dkim") as directory, dovecot_server() as sasl:
        domains.sign(mail())
        port = _configured(directory, domains)
        home = directory / "postfix"
        home.mkdir(mode=0o755)
        server = Postfix(home, sasl)
        main = home / "main.cf"
        milter = f"smtpd_milters = inet:127.0.0.1:{port}\nmilter_default_action = tempfail\n"
        main.write_text(main.read_text() + milter)
        os.utime(main, (0, 0))  # as the fixture of Postfix does
        command = ["opendkim", "-f", "-x", str(directory / "opendkim.conf")]
        with running(command, ports=[port], log=directory / "log"), server.serving():
            yield server


def _configured(directory: Path, domains: Domains) -> int:
    port = free_port()
    (directory / "nobody").write_text("192.0.2.1\n")
    keys = [
        f"{name.decode().rstrip('.')} {key.decode()}\n" for name, key in domains.records.items()
    ]
    (directory / "keys").write_text("".join(keys))
    text = _OPENDKIM.format(port=port, server=SERVER, directory=directory)
    (directory / "opendkim.conf").write_text(text)
    return port


def passed_on(relay: Postfix, *raws: bytes) -> list[bytes]:
    """Return the mails as they lie in the mailbox of the bot."""
    with smtplib.SMTP("127.0.0.1", relay.relay) as client:
        for number, raw in enumerate(raws):
            client.sendmail("ada@example.org", ["bot@example.net"], raw)
            relay.wait_for("bot@example.net", number + 1)
    return relay.delivered("bot@example.net")


def test_what_arrives(relay: Postfix, domains: Domains, gpg: GnuPG) -> None:
    keyring = gpg.keyring("ada")
    here = Prover(OWN, keyring, lookup=domains.lookup)
    server = Prover(OWN, keyring, frozenset({SERVER}), dkim=False)
    signed = domains.sign(mail())
    good, forged, changed, alone, part, inline = passed_on(
        relay,
        signed,
        FORGED + domains.sign(mail("hold\n"), "example.net"),
        FORGED + signed.replace(b"70001", b"70002"),
        FORGED + mail(),
        pgp_mime(gpg),
        mail(gpg.clear_signed("ada", COMMAND)),
    )
    assert (proven(here, good).method, proven(server, good).method) == (Method.DKIM, Method.RESULTS)
    assert proven(here, good).nonce == proven(server, good).nonce
    assert proven(server, good).may_change
    for raw in (forged, changed, alone):
        assert b"Authentication-Results: " + SERVER.encode() in raw
        assert "did not find" in refused(server, raw)
        assert refused(here, raw)
    assert proven(here, part).text == COMMAND
    assert proven(here, inline).method is Method.OPENPGP
