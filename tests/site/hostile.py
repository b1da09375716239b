# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that tries to be more than text on a page, made out of sample mail whose diffs hold."""

from __future__ import annotations

from tests.service.archive import MAILS

SCRIPT = "<script>window.owned=1;alert(1)</script>"
IMAGE = "<img src=http://evil.example.net/x onerror=alert(2)>"
BREAKOUT = "\"'></a></td></style></title></textarea><svg onload=alert(3)>{{ 7*7 }}{% raw %}"
REVERSED = "\u202efdp.egnahc\u202c\u2066"


def hostile_mails() -> list[bytes]:
    """Return three patches: tags in the subject, the author's name, the package's own words;
    and URLs of schemes that run code, as source and as licence."""
    return [_everywhere(), _urls("javascript:alert(4)//x", 1), _urls(_DATA, 2)]


_DATA = "data:text/html;base64,PHNjcmlwdD5hbGVydCg1KTwvc2NyaXB0Pg=="


def _everywhere() -> bytes:
    mail = MAILS["06-torrent-without-licence"][0].decode()
    escaped = (SCRIPT + IMAGE + BREAKOUT).replace("\\", "\\\\").replace('"', '\\"')
    mail = mail.replace('(name "condor-7b-weights")', f'(name "condor{escaped}")')
    mail = mail.replace("condor-7b.safetensors", f"{escaped}.safetensors")
    mail = mail.replace("magnet:?xt=", f"magnet:?{escaped}xt=")
    mail = _header(mail, "Subject", f"[bug#79119] [PATCH] {SCRIPT}{IMAGE}{BREAKOUT}{REVERSED}")
    mail = _header(mail, "From", f'"{SCRIPT}{IMAGE}" <dara@example.org>')
    return mail.encode()


def _urls(url: str, number: int) -> bytes:
    mail = MAILS["07-non-commercial-weights"][0].decode()
    mail = mail.replace("https://huggingface.co/plover/segment-base/resolve/", url)
    mail = mail.replace("https://huggingface.co/plover", url)
    mail = mail.replace("https://creativecommons.org/licenses/by-nc/4.0/", url)
    mail = mail.replace("79123", str(79500 + number))
    return _header(mail, "Message-ID", f"<{url[:9]}-{number}'><script>@example.org>").encode()


def _header(mail: str, name: str, value: str) -> str:
    """Put a header (folded or not) into the place of the one that the mail has."""
    head, _, body = mail.partition("\n\n")
    kept: list[str] = []
    skipping = False
    for line in head.split("\n"):
        if not line.startswith((" ", "\t")):
            skipping = line.lower().startswith(f"{name.lower()}:")
        if not skipping:
            kept.append(line)
    return "\n".join([f"{name}: {value}", *kept]) + "\n\n" + body
