# SPDX-License-Identifier: GPL-3.0-or-later
"""The word of a mail server that the operator trusts (RFC 8601), and how far it goes."""

from __future__ import annotations

from collections.abc import Collection

from bot.mail.header_block import read_fields
from bot.trust.alignment import is_aligned
from bot.trust.dkim_fields import SignatureField
from bot.trust.errors import NotProvenError, shown
from bot.trust.letter import Letter
from bot.trust.received import is_internal
from bot.trust.results_header import (
    AuthenticationResults,
    Result,
    read_authserv_id,
    read_results,
)


def trusted_results(letter: Letter, trusted: Collection[str]) -> AuthenticationResults:
    """Return what the topmost field of a trusted server says.

    It counts only above every Received that tells of mail coming in: what stands below one may
    have come with the mail (section 5: a server removes such fields, if it is set up well).
    Raises ``NotProvenError`` where there is none.
    """
    entered = False
    for name, value in read_fields(letter.raw, letter.limits):
        text = value.decode("utf-8", "replace")
        if name == "received":
            entered = entered or not is_internal(text)
        if name != "authentication-results" or read_authserv_id(text) not in trusted:
            continue
        if entered:
            raise NotProvenError(
                f"the Authentication-Results of {shown(read_authserv_id(text))} stands below a "
                "Received, so it may be forged"
            )
        found = None if name in letter.header.truncated else read_results(text, letter.limits)
        if found is None:
            raise NotProvenError("the topmost Authentication-Results cannot be read")
        return found
    raise NotProvenError("it has no Authentication-Results of a trusted server")


def passed_signatures(
    results: AuthenticationResults, fields: list[SignatureField], domain: str
) -> list[SignatureField]:
    """Return the signatures of which the server may have spoken when it said ``dkim=pass``.

    Only those aligned with ``domain``, that of From.
    """
    passes = [
        result
        for result in results.results
        if (result.method, result.result) == ("dkim", "pass")
        and is_aligned(result.properties.get("header.d", "").lower(), domain)
    ]
    return [field for field in fields if any(_is_meant(result, field) for result in passes)]


def says_dmarc_pass(results: AuthenticationResults, domain: str) -> bool:
    """Say whether the server found that ``domain`` itself lets this mail pass (RFC 7489)."""
    return any(
        (result.method, result.result) == ("dmarc", "pass")
        and result.properties.get("header.from", "").lower() == domain
        for result in results.results
    )


def _is_meant(result: Result, field: SignatureField) -> bool:
    """Say whether ``result`` may be about ``field``: header.d, and s, a and b where they stand."""
    said = result.properties
    signature = field.signature.decode("ascii", "replace")
    return (
        said.get("header.d", "").lower() == field.domain
        and said.get("header.s", field.selector).lower() == field.selector.lower()
        and said.get("header.a", field.algorithm).lower() == field.algorithm
        and signature.startswith(said.get("header.b", ""))
    )
