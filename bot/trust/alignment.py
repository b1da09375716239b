# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a domain that signs can speak for the domain of From."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList


def is_aligned(signing: str, sender: str) -> bool:
    """Say whether ``signing`` is the domain ``sender`` or a parent of it; both in lower case.

    A subdomain cannot speak for its parent.  Nor can a public suffix (``org``, ``co.uk``,
    ``github.io``), below which strangers have their domains.
    Narrower than DMARC's relaxed alignment (RFC 7489 section 3.1), which takes siblings too.

    >>> is_aligned("example.org", "lists.example.org"), is_aligned("org", "example.org")
    (True, False)
    """
    within = sender == signing or sender.endswith(f".{signing}")
    return within and _suffixes().privatesuffix(signing) is not None


def registrable(domain: str) -> str:
    """Return the part of ``domain`` that one person or company has registered; itself if none.

    >>> registrable("n1.lists.example.org")
    'example.org'
    """
    return _suffixes().privatesuffix(domain) or domain


@cache
def _suffixes() -> PublicSuffixList:
    """Return the list at publicsuffix.org as the package carries it: no download."""
    return PublicSuffixList()
