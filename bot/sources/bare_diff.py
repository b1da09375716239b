# SPDX-License-Identifier: GPL-3.0-or-later
"""A diff that is no mail, as a mail that the pipeline can read like any other."""

from __future__ import annotations

import base64
import hashlib
import re
from email.header import Header
from pathlib import PurePath

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def diff_as_mail(diff: bytes, location: str) -> bytes:
    """Return a mail with ``diff`` as its text.

    It has no sender and no date, ``[PATCH]`` and the file's name as its subject, and a
    Message-ID made of the diff, so that the same diff is the same mail.  The text is base64,
    which keeps every byte.
    """
    name = _UNSAFE.sub(" ", PurePath(location).name)[:200] or "patch"
    name = name.encode("utf-8", "replace").decode("utf-8")
    digest = hashlib.sha256(diff).hexdigest()[:40]
    subject = Header(f"[PATCH] {name}", "utf-8" if not name.isascii() else "us-ascii").encode()
    header = (
        f"Subject: {subject}\n"
        f"Message-ID: <{digest}@bare-diff.invalid>\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: base64\n\n"
    )
    return header.encode("ascii", "replace") + base64.encodebytes(diff)
