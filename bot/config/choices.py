# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that an operator chooses from."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How far a reply may get on its own."""

    DRY_RUN = "dry-run"
    """Nothing is sent, and nothing that a later live run would go by is written."""
    MODERATED = "moderated"
    """Replies wait in the outbox until a person approves them."""
    LIVE = "live"


class SourceKind(StrEnum):
    """Kinds of archives that can be polled."""

    MBOX = "mbox"
    MAILDIR = "maildir"
    PUBLIC_INBOX = "public-inbox"
    """Over HTTP, by searching for what is new."""
    PUBLIC_INBOX_GIT = "public-inbox-git"
    """Over Git, through a mirror of its own."""
    IMAP = "imap"


class Security(StrEnum):
    """How the connection to the SMTP server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SinkKind(StrEnum):
    """Where finished mail goes."""

    SMTP = "smtp"
    MAILDIR = "maildir"
    EML = "eml"
