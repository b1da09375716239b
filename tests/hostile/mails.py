# SPDX-License-Identifier: GPL-3.0-or-later
"""What hostile mails are put together from: diffs of lines, mails of diffs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.mail.mails import mail

PATH = "gnu/packages/hostile.scm"
MODULE = (
    "(define-module (gnu packages hostile)",
    "  #:use-module ((guix licenses) #:prefix license:)",
    "  #:use-module (guix packages)",
    "  #:use-module (guix download)",
    "  #:use-module (guix build-system copy))",
    "",
)


def lines_of(*texts: str) -> list[str]:
    """Return the lines of texts."""
    return [line for text in texts for line in text.split("\n")]


def new_file(lines: Sequence[str], path: str = PATH) -> str:
    """Return the diff that adds a file."""
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\nindex 0000000000..1111111111\n"
    names = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(lines)} @@\n"
    return head + names + "".join(f"+{line}\n" for line in lines)


def removed_file(lines: Sequence[str], path: str = PATH) -> str:
    """Return the diff that removes a file."""
    head = f"diff --git a/{path} b/{path}\ndeleted file mode 100644\nindex 1111111111..0000000000\n"
    names = f"--- a/{path}\n+++ /dev/null\n@@ -1,{len(lines)} +0,0 @@\n"
    return head + names + "".join(f"-{line}\n" for line in lines)


def hunk(start: int, lines: Sequence[str], heading: str = "", shift: int = 0) -> str:
    """Return one hunk; ``lines`` have their first column, ``shift`` is what earlier ones added."""
    old = sum(line[:1] in {" ", "-"} for line in lines)
    new = sum(line[:1] in {" ", "+"} for line in lines)
    head = f"@@ -{start},{old} +{start + shift},{new} @@ {heading}".rstrip()
    return head + "\n" + "".join(f"{line}\n" for line in lines)


def changed_file(hunks: Iterable[str], path: str = PATH) -> str:
    """Return the diff that changes a file."""
    head = f"diff --git a/{path} b/{path}\nindex 1111111111..2222222222 100644\n"
    return head + f"--- a/{path}\n+++ b/{path}\n" + "".join(hunks)


def renamed_file(old: str, new: str) -> str:
    """Return the diff of a file that gets another name and nothing else."""
    return (
        f"diff --git a/{old} b/{new}\nsimilarity index 100%\nrename from {old}\nrename to {new}\n"
    )


def patch_mail(diff: str, number: int = 1, total: int = 1) -> bytes:
    """Return the mail of patch ``number`` of ``total``, as git-format-patch(1) writes it."""
    tag = "PATCH" if total == 1 else f"PATCH {number}/{total}"
    headers = {"Message-ID": f"<{number}@example.org>", "References": "<0@example.org>"}
    body = f"* {PATH}: Change.\n---\n\n{diff}-- \n2.39.2\n\n"
    return mail(f"[{tag}] gnu: Change much.", body, headers)


def multipart_mail(diffs: Sequence[str]) -> bytes:
    """Return one mail with a patch in each attachment."""
    head = (
        "From: Ada Example <ada@example.org>\nTo: guix-patches@gnu.org\n"
        "Subject: [PATCH] gnu: Change much.\nMessage-ID: <1@example.org>\n"
        "Date: Mon, 10 Apr 2023 10:00:00 +0200\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    parts = (
        "--b\nContent-Type: text/x-patch; charset=utf-8\n"
        f'Content-Disposition: attachment; filename="{number}.patch"\n\n{diff}'
        for number, diff in enumerate(diffs, 1)
    )
    return (head + "".join(parts) + "--b--\n").encode()
