# SPDX-License-Identifier: GPL-3.0-or-later
"""Which run of a tool sent a mail, read off its Message-ID.

``git send-email`` numbers the mails of one run (``STAMP.PID-SERIAL-ADDRESS``), ``git
format-patch --thread`` puts one time into all (``cover.TIME.git.ADDRESS``,
``COMMIT.TIME.git.ADDRESS``), and b4 one date, branch and revision
(``DATE-BRANCH-vR-I-HASH@HOST``).  That ties a series together more surely than threading, which
many switch off, and each member alone tells it.
"""

from __future__ import annotations

import re

_SEND_EMAIL = re.compile(r"(\d{14}\.\d{1,10})-(\d{1,6})-(.{1,300})")
_FORMAT_PATCH = re.compile(r"(?:cover|[0-9a-f]{7,64})\.(\d{9,11})\.git\.(.{1,300})")
_B4 = re.compile(r"(\d{8}-.{1,200}-v\d{1,3})-\d{1,4}-[0-9a-f]{6,64}@(.{1,300})")


def sending_of(message_id: str) -> str | None:
    """Return a name of the run that sent the mail, None where the Message-ID tells none."""
    if found := _SEND_EMAIL.fullmatch(message_id):
        return f"send-email:{found[1]}:{found[3].lower()}"
    if found := _FORMAT_PATCH.fullmatch(message_id):
        return f"format-patch:{found[1]}:{found[2].lower()}"
    if found := _B4.fullmatch(message_id):
        return f"b4:{found[1]}:{found[2].lower()}"
    return None


def series_of(message_id: str, index: int) -> str | None:
    """Return a name of the series within the run, for the mail that is number ``index`` of it.

    One run of ``git send-email`` may hold several series: the distance between the mail's place
    in the run and its place in the series tells them apart.
    """
    found = _SEND_EMAIL.fullmatch(message_id)
    sending = sending_of(message_id)
    return f"{sending} {int(found[2]) - index}" if found else sending
