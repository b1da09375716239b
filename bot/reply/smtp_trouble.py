# SPDX-License-Identifier: GPL-3.0-or-later
"""Says why an SMTP server cannot be used, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

_NOT_TLS = "WRONG_VERSION_NUMBER"
"""OpenSSL's name for an answer that is no TLS record."""


def explained(error: Exception, place: str, username: str | None) -> str:
    """Return on one line what went wrong at ``place`` ("host:port"), and what to fix."""
    if isinstance(error, SMTPAuthenticationError):
        advice = "check smtp.username and the password"
        return f"{place} refuses the login of {username}: {answer(error)}; {advice}"
    if isinstance(error, SMTPResponseException):
        return f"{place} says {answer(error)}"
    # The innermost cause tells most.
    advice = next(filter(None, map(_advice, reversed(list(_causes(error))))), "")
    said = f"{place} cannot be used: {error or type(error).__name__}"
    return f"{said}; {advice}" if advice else said


def answer(error: SMTPResponseException) -> str:
    """Return what the server said, on one line."""
    return f"{error.code} {error.message}".replace("\n", " ")[:500]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield ``error`` and what led to it, as far as that is known."""
    cause: BaseException | None = error
    for _ in range(5):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__


def _advice(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "name the authority that vouches for it in smtp.ca_file, and the host as it does"
    if isinstance(error, ssl.SSLError):
        hint = 'this port may want smtp.security = "starttls"' if _NOT_TLS in str(error) else ""
        return hint or "check smtp.security and smtp.ca_file"
    if isinstance(error, socket.gaierror):
        return "check smtp.host"
    if isinstance(error, TimeoutError | ConnectionError):
        return "check smtp.host and smtp.port, and that it can be reached from this machine"
    if isinstance(error, SMTPException) and "AUTH" in str(error):
        return "check smtp.security, or leave smtp.username out"
    return ""
