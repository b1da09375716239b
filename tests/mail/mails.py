# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails for the tests, as a list and its tracker would pass them on."""

from __future__ import annotations

from collections.abc import Mapping

from bot.mail.identity import OwnIdentity
from bot.mail.message import Message
from bot.mail.parse import parse_message

OWN = OwnIdentity(addresses=("weighbridge@bot.example.org",))

DIFF = """\
diff --git a/gnu/packages/toys.scm b/gnu/packages/toys.scm
index 1111111111..2222222222 100644
--- a/gnu/packages/toys.scm
+++ b/gnu/packages/toys.scm
@@ -1,3 +1,4 @@
 (define-public yo-yo
   (package
+    (name "yo-yo")
     (version "1.0")))
"""

PATCH_BODY = f"""\
* gnu/packages/toys.scm (yo-yo): New variable.
---
 gnu/packages/toys.scm | 1 +
 1 file changed, 1 insertion(+)

{DIFF}-- 
2.39.2

"""  # noqa: W291 - the signature line ends in a space


def mail(
    subject: str = "[PATCH] gnu: Add yo-yo.",
    body: str = PATCH_BODY,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return a mail of Ada's; a header of None in ``headers`` is left out."""
    fields = {
        "From": "Ada Example <ada@example.org>",
        "To": "guix-patches@gnu.org",
        "Subject": subject,
        "Date": "Mon, 10 Apr 2023 10:00:00 +0200",
        "Message-ID": "<one@example.org>",
        **(headers or {}),
    }
    header = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return (header + "\n" + body).encode()


def parsed(
    subject: str = "[PATCH] gnu: Add yo-yo.",
    body: str = PATCH_BODY,
    headers: Mapping[str, str] | None = None,
) -> Message:
    """Return such a mail, parsed."""
    return parse_message(mail(subject, body, headers), OWN)
