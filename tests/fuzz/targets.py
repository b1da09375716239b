# SPDX-License-Identifier: GPL-3.0-or-later
"""What is fuzzed: functions of bytes that must not raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from bot.guix.authorizations import AuthorizationsError, read_authorizations
from bot.limits import DEFAULT_LIMITS, Limits
from bot.mail.errors import MessageError
from bot.mail.identity import OwnIdentity
from bot.mail.parse import parse_message
from bot.mail.subject import one_line, parse_subject
from bot.sources.files import read_paths
from bot.steering.answer_text import answer_text
from bot.steering.asking import Outcome, Result
from bot.steering.reading import read_commands
from bot.trust.certificates import KeyringError, merged, read_certificates
from bot.trust.prove import Prover
from tests.mail.invariants import check_mail
from tests.steering.circumstances import AROUND

_SMALL = Limits(message_bytes=100_000)


def _files(content: bytes) -> None:
    """Hand ``content`` to ``weighbridge check`` as standard input."""
    for _ in read_paths(["-"], _SMALL, BytesIO(content)):
        pass


def _subject(content: bytes) -> None:
    parse_subject(one_line(content.decode("utf-8", "replace"), 500))


def _commands(content: bytes) -> None:
    """Look for commands, and answer what is found as if it could not be done."""
    text = content.decode("utf-8", "replace")
    for direct in (True, False):
        reading = read_commands(text, "weighbridge", direct)
        assert len(reading.commands) <= DEFAULT_LIMITS.commands_per_mail
        outcomes = [Outcome(one, Result.MISTAKEN, one.written) for one in reading.commands]
        answer = answer_text(outcomes, reading.mistakes, reading.left_out, AROUND)
        assert answer.isascii()
        assert read_commands(answer, "weighbridge", direct=False).commands == ()


_KEY = b"v=DKIM1; k=rsa; p=MEgCQQCo9+BpMRYQ/dL3DS2CyJxRF+j6ctbT3/Qp84+KeFhnii7NT7fELilKUSnxS3"
_PROVER = Prover(
    OwnIdentity(("bot@example.net",)),
    trusted_authserv_ids=frozenset({"mx.example.net"}),
    lookup=lambda _name, _seconds: _KEY + b"0WAvQCCo2yU1orfgqr41mM70MBAgMBAAE=",
)


def _proof(content: bytes) -> None:
    """Hand a mail to the prover; without keys, so no process is started."""
    try:
        message = parse_message(content, _PROVER.own)
    except MessageError:
        return
    _PROVER.prove(content, message)


def _keys(content: bytes) -> None:
    try:
        found = merged(read_certificates(content, DEFAULT_LIMITS))
    except KeyringError:
        return
    for certificate in found:
        (again,) = read_certificates(certificate.content, DEFAULT_LIMITS)
        assert (again.keys, again.addresses) == (certificate.keys, certificate.addresses)


def _authorizations(content: bytes) -> None:
    try:
        read_authorizations(content.decode("utf-8", "replace"))
    except AuthorizationsError:
        return


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "mail": check_mail,
    "files": _files,
    "subject": _subject,
    "commands": _commands,
    "proof": _proof,
    "keys": _keys,
    "authorizations": _authorizations,
}


def corpus_of(target: str) -> Path:
    """Return the folder of a target's corpus."""
    return Path(__file__).parent / "corpus" / target
