# SPDX-License-Identifier: GPL-3.0-or-later
"""What gpgv says on its status channel (GnuPG, doc/DETAILS, "Format of the --status-fd output").

Its exit status is no help: it is 0 for a good signature of an expired or revoked key.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.trust.errors import NotProvenError

_MARK = "[GNUPG:] "
_FINGERPRINT = re.compile(r"[0-9A-F]{40}(?:[0-9A-F]{24})?")
_DIGESTS = ("8", "9", "10", "12", "14")  # SHA-256, -384, -512, SHA3-256, -512
_REFUSED = {
    "BADSIG": "its OpenPGP signature does not fit the text",
    "EXPSIG": "its OpenPGP signature has expired",
    "EXPKEYSIG": "its OpenPGP key has expired",
    "REVKEYSIG": "its OpenPGP key was revoked",
    "NO_PUBKEY": "its OpenPGP key is not in the keyring",
    "ERRSIG": "its OpenPGP signature cannot be checked: a weak digest, or a key that is not usable",
    "NODATA": "its OpenPGP signature is none",
    "FAILURE": "gpgv failed on its OpenPGP signature",
}


@dataclass(frozen=True, slots=True)
class GoodSignature:
    """One signature that gpgv found good, by a key that is good now."""

    key: str
    """Fingerprint of the key or subkey that signed, upper-case hexadecimal."""
    primary: str
    """Fingerprint of the primary key."""
    signed_at: datetime
    """In UTC."""
    kind: str
    """``00`` over bytes, ``01`` over text (RFC 9580 section 5.2.1)."""


def read_status(text: str) -> GoodSignature:
    """Return the one good signature; raises ``NotProvenError`` for anything else."""
    lines = [line.removeprefix(_MARK).split(" ") for line in text.splitlines() if _MARK in line[:9]]
    counted = Counter(words[0] for words in lines)
    for keyword, reason in _REFUSED.items():
        if counted[keyword]:
            raise NotProvenError(reason)
    if any(counted[keyword] != 1 for keyword in ("NEWSIG", "GOODSIG", "VALIDSIG")):
        raise NotProvenError("it has not exactly one good OpenPGP signature")
    return _valid(next(words for words in lines if words[0] == "VALIDSIG"))


def _valid(words: list[str]) -> GoodSignature:
    """VALIDSIG fpr date time expires version reserved key-algorithm digest class primary-fpr."""
    if len(words) < 11:
        raise NotProvenError("gpgv says less of the OpenPGP signature than it should")
    _, key, _, time, _, _, _, _, digest, kind, primary = words[:11]
    if digest not in _DIGESTS:
        raise NotProvenError(
            "its OpenPGP signature uses a weak digest; sign with SHA-256 or better"
        )
    if kind not in ("00", "01"):
        raise NotProvenError("its OpenPGP signature is none of a text")
    if not (_FINGERPRINT.fullmatch(key) and _FINGERPRINT.fullmatch(primary)):
        raise NotProvenError("gpgv names no key for the OpenPGP signature")
    return GoodSignature(key, primary, _time(time), kind)


def _time(value: str) -> datetime:
    """Seconds since 1970, or ISO 8601 (``20260131T120000``) as later versions may write."""
    try:
        if re.fullmatch(r"[0-9]{1,11}", value):
            return datetime.fromtimestamp(int(value), UTC)
        return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise NotProvenError("its OpenPGP signature has a time that is none") from error
