# SPDX-License-Identifier: GPL-3.0-or-later
"""The tracker's number of the thread that a mail belongs to."""

from __future__ import annotations

import re

from bot.limits import Limits
from bot.mail.addresses import read_addresses
from bot.mail.header_block import HeaderBlock
from bot.mail.identity import OwnIdentity
from bot.mail.message import SubjectTag

_PR_MESSAGE = re.compile(r"(?:report|followup)\s+([0-9]{1,9})", re.IGNORECASE)
_LOCAL = re.compile(r"([0-9]{1,9})(?:-[a-z]{1,20})?", re.IGNORECASE)
_RECIPIENTS = ("to", "x-debbugs-original-to", "cc", "resent-to", "x-original-to", "delivered-to")


def issue_number(
    header: HeaderBlock, tag: SubjectTag, own: OwnIdentity, limits: Limits
) -> int | None:
    """Return the report's number, or None.

    The tracker's own header is believed first, then the subject, then a recipient ``N@`` of the
    tracker (also ``N-done@`` and the like).
    """
    for value in header.every("x-gnu-pr-message"):
        if found := _PR_MESSAGE.match(value):
            return int(found[1]) or None
    if tag.issue:
        return tag.issue
    for name in _RECIPIENTS:
        for value in header.every(name):
            if number := _recipient_number(value, own, limits):
                return number
    return None


def _recipient_number(value: str, own: OwnIdentity, limits: Limits) -> int | None:
    if not any(domain in value.lower() for domain in own.tracker_domains):
        return None
    for address in read_addresses(value, limits):
        local, _, domain = address.email.lower().rpartition("@")
        if domain in own.tracker_domains and (found := _LOCAL.fullmatch(local)):
            return int(found[1]) or None
    return None
