# SPDX-License-Identifier: GPL-3.0-or-later
"""The DNS records by which receivers judge the sender: SPF (RFC 7208), DKIM (RFC 6376)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dns.exception
import dns.resolver

from bot.config import Config

Record = tuple[str, bool | None, str]
"""What, whether it is right (None: not known), and what was found or is to be done."""


def sender_records(
    config: Config, lookup: Callable[[str], list[str]] | None = None
) -> Iterator[Record]:
    """Yield what the DNS says of the sender's domain; ``lookup`` returns the TXT records of a name.

    ``lookup`` raises ``OSError`` where nobody answers.
    """
    if config.bot.address is None:
        yield ("DNS", None, "no bot.address is configured")
        return
    ask = lookup or _txt
    sender = config.bot.bounces or config.bot.address
    domain = sender.rpartition("@")[2]
    yield _judged("SPF", domain, "v=spf1", ask, "name your SMTP server in a TXT record v=spf1")
    if config.dkim is None:
        yield ("DKIM", None, "no [dkim] table: the SMTP server may sign")
        return
    name = f"{config.dkim.selector}._domainkey.{config.dkim_domain}"
    yield _judged("DKIM", name, "p=", ask, "publish the public key in a TXT record there")


def _judged(
    what: str, name: str, mark: str, ask: Callable[[str], list[str]], advice: str
) -> Record:
    try:
        records = ask(name)
    except OSError as error:
        return (what, None, f"{name}: {error}")
    found = [record for record in records if mark in record]
    if not found:
        return (what, False, f"{name} has no such record: {advice}")
    return (what, True, f"{name}: {found[0][:100]}")


def _txt(name: str) -> list[str]:
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=10)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise OSError(f"the DNS does not answer: {error}") from error
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
