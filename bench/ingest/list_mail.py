# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails as a patch list has them: sizes, relays, encodings and kinds in realistic proportion."""

from __future__ import annotations

import base64
import quopri
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

_PEOPLE = [(f"Person {n}", f"person{n}@example{n % 7}.org") for n in range(300)]
_WORDS = ["add", "build", "package", "source", "version", "input", "module", "test", "fix", "use"]
_FILES = [f"gnu/packages/{name}.scm" for name in ("toys", "games", "python-xyz", "web", "rust")]
_SERIES = ("0/5", "1/5", "2/5", "3/5", "4/5", "5/5")
"""Three mails in ten are of a series."""
_MODEL_PLACE = 10
"""Of 200 mails, which one ships a model: one that stands alone, as most such patches do."""
_MODEL = """\
+(define-public toy-model-{n}
+  (package
+    (name "toy-model-{n}")
+    (version "0.1")
+    (source (origin
+              (method url-fetch/zipbomb)
+              (uri (string-append "https://alphacephei.com/vosk/models/"
+                                  name "-" version ".zip"))
+              (sha256 (base32 "0000000000000000000000000000000000000000000000000000"))))
+    (build-system copy-build-system)
+    (home-page "https://alphacephei.com/vosk/models")
+    (synopsis "Speech recognition model")
+    (description "This package provides a model for speech recognition.")
+    (license license:asl2.0)))
"""


def list_mails(count: int, end: datetime, seed: int = 1, first: int = 0) -> Iterator[bytes]:
    """Yield ``count`` mails of the days before ``end`` (aware); one in 200 ships a model.

    The same ``seed`` and ``first`` (number of the first mail) give the same mails.
    """
    for number in range(first, first + count):
        luck = random.Random(f"{seed}/{number}")  # noqa: S311 - nothing secret
        date = end - timedelta(seconds=5 * (count + first - number))
        yield _mail(number, luck, date)


def _mail(number: int, luck: random.Random, date: datetime) -> bytes:
    place = number % 20
    if place < len(_SERIES):
        return _member(number - place, place, luck, date)
    kind = luck.choices(("patch", "other", "reply", "talk", "ack"), (55, 8, 22, 8, 7))[0]
    issue = 70_000 + number
    title = f"gnu: {' '.join(luck.choices(_WORDS, k=4))} {number}."
    if number % 200 == _MODEL_PLACE:
        kind = "patch"
    if kind in ("patch", "other"):
        subject, text = f"[bug#{issue}] [PATCH] {title}", _patch(number, luck, kind)
    elif kind == "reply":
        quoted = "".join(f"> {line}\n" for line in _patch(number, luck, "patch").splitlines())
        subject, text = f"[bug#{issue}] Re: [PATCH] {title}", quoted + "\n" + _prose(luck, 5)
    else:
        subject, text = f"bug#{issue}: {title}", _prose(luck, 12)
    said = {"patch": "report", "other": "report", "ack": "ack"}.get(kind, "followup")
    author = luck.choice(_PEOPLE)
    return _encoded(_header(number, luck, date, (subject, issue, said), author), text, luck)


def _member(first: int, place: int, luck: random.Random, date: datetime) -> bytes:
    """Return a mail of the series that begins with mail ``first``: a cover letter and patches."""
    author = _PEOPLE[first % len(_PEOPLE)]
    subject = f"[bug#{70_000 + first}] [PATCH {_SERIES[place]}] gnu: Part {place} of {first}."
    text = _patch(first + place, luck, "patch") if place else _prose(luck, 15)
    said = "followup" if place else "report"
    header = _header(first + place, luck, date, (subject, 70_000 + first, said), author)
    if place:
        header += f"In-Reply-To: <cover.{first}@example.org>\n"
    else:
        header = re.sub(r"(?m)^Message-ID: .*", f"Message-ID: <cover.{first}@example.org>", header)
    return _encoded(header, text, luck)


def _header(
    number: int,
    luck: random.Random,
    date: datetime,
    about: tuple[str, int, str],
    author: tuple[str, str],
) -> str:
    """Return a header as Mailman's archive has it of a mail that Debbugs has passed on.

    It is ``about`` a subject, an issue and what the tracker calls the mail (report, followup, ack).
    """
    (subject, issue, said), (name, address) = about, author
    stamp, handler = format_datetime(date), f"{issue}.{luck.getrandbits(40)}"
    relays = [
        f"Received: from relay{hop}.example.net (relay{hop}.example.net [192.0.2.{hop + 1}])\n"
        f"\tby relay{hop + 1}.example.net (Postfix) with ESMTPS id {luck.getrandbits(48):X}\n"
        f"\tfor <guix-patches@gnu.org>; {stamp}\n"
        for hop in range(luck.randint(5, 9))
    ]
    precedence = "bulk" if said == "ack" else "list"
    return (
        f"{''.join(relays[:3])}X-Loop: help-debbugs@gnu.org\nSubject: {subject}\n"
        f"Resent-From: {name} <{address}>\n"
        'Original-Sender: "Debbugs-submit" <debbugs-submit-bounces@debbugs.gnu.org>\n'
        f"Resent-CC: guix-patches@gnu.org\nResent-Date: {stamp}\n"
        f"Resent-Message-ID: <handler.{handler}@debbugs.gnu.org>\n"
        f"Resent-Sender: help-debbugs@gnu.org\nX-GNU-PR-Message: {said} {issue}\n"
        f"X-GNU-PR-Package: guix-patches\nX-GNU-PR-Keywords: patch\n"
        f"To: {issue}@debbugs.gnu.org\nX-Debbugs-Original-To: guix-patches@gnu.org\n"
        f"Received: via spool by submit@debbugs.gnu.org id=B{handler}\n"
        f"          (code B ref -1); {stamp}\n"
        f"Received: (at submit) by debbugs.gnu.org; {stamp}\n"
        f"{''.join(relays[3:])}"
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x; b={luck.getrandbits(1024):x}\n"
        f"From: {name} <{address}>\nDate: {stamp}\n"
        f"Message-ID: <{number}.{luck.getrandbits(60):x}@{address.partition('@')[2]}>\n"
        f"X-Mailer: git-send-email 2.45.1\nMIME-Version: 1.0\n"
        f"X-BeenThere: guix-patches@gnu.org\nX-Mailman-Version: 2.1.29\n"
        f"Precedence: {precedence}\nList-Id: <guix-patches.gnu.org>\n"
        f"List-Post: <mailto:guix-patches@gnu.org>\n"
        f"Errors-To: guix-patches-bounces@example.org\nSender: guix-patches-bounces@example.org\n"
    )


def _prose(luck: random.Random, lines: int) -> str:
    return "".join(" ".join(luck.choices(_WORDS, k=11)) + "\n" for _ in range(lines))


def _patch(number: int, luck: random.Random, kind: str) -> str:
    path = luck.choice(_FILES) if kind == "patch" else "doc/guix.texi"
    if number % 200 == _MODEL_PLACE:
        added = _MODEL.format(n=number)
    else:
        size = min(int(luck.lognormvariate(3.2, 1.0)) + 3, 1_500)
        added = "".join(f'+    (define toy-{n} "{luck.getrandbits(64):x}")\n' for n in range(size))
    lines = added.count("\n")
    return (
        f"* {path} (toy-{number}): New variable.\n\nChange-Id: I{luck.getrandbits(160):040x}\n---\n"
        f" {path} | {lines} {'+' * min(lines, 40)}\n 1 file changed, {lines} insertions(+)\n\n"
        f"diff --git a/{path} b/{path}\n"
        f"index {luck.getrandbits(40):010x}..{luck.getrandbits(40):010x} 100644\n"
        f"--- a/{path}\n+++ b/{path}\n@@ -10,4 +10,{lines + 4} @@\n (define-module (toys))\n"
        f" \n{added} \n (define last 1)\n-- \n2.45.1\n\n"
    )


def _encoded(header: str, text: str, luck: random.Random) -> bytes:
    encoding = luck.choices(("8bit", "quoted-printable", "base64"), (80, 12, 8))[0]
    body = text.encode()
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    elif encoding == "base64":
        body = base64.encodebytes(body)
    fields = f"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: {encoding}\n\n"
    return (header + fields).encode() + body
