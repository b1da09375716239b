# SPDX-License-Identifier: GPL-3.0-or-later
"""What a publisher's licence identifier means: SPDX, the variable of (guix licenses), a verdict.

The table is ``huggingface_licenses.tsv``: the identifiers that Hugging Face's model cards take in
``license:`` (https://huggingface.co/docs/hub/repositories-licenses).  Its verdicts are of the
licence's text alone; a policy may judge otherwise (bot/policy).  Identifiers that are SPDX ids
(https://spdx.org/licenses/) are found as well.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_FILLERS = frozenset(("license", "licence", "the", "version", "v"))


@dataclass(frozen=True, slots=True)
class KnownLicense:
    """One line of the table."""

    identifier: str
    """As the publisher writes it, lower case."""
    spdx: str | None
    variables: tuple[str, ...]
    """Variables of ``(guix licenses)`` that agree with it; the first is the one to write."""
    verdict: str
    """``free``, ``nonfree`` or ``unclear``."""
    reason: str


def known_license(identifier: str) -> KnownLicense | None:
    """Return what is known of a publisher's identifier or an SPDX id, upper or lower case."""
    name = " ".join(identifier[:100].lower().split())
    table = _table()
    return table.get(name) or table.get(_dashed(name))


def _dashed(name: str) -> str:
    """``Apache License 2.0`` and ``Apache 2.0`` as ``apache-2.0``."""
    words = [word for word in name.replace(",", " ").split() if word not in _FILLERS]
    return "-".join(words)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, KnownLicense]:
    table: dict[str, KnownLicense] = {}
    for known in _rows():
        table.setdefault(known.identifier, known)
        if known.spdx:
            table.setdefault(known.spdx.lower(), known)
            for suffix in ("-only", "-or-later"):
                if any(name.endswith("+") for name in known.variables):
                    table.setdefault(known.spdx.lower() + suffix, _narrowed(known, suffix))
    return table


def _narrowed(known: KnownLicense, suffix: str) -> KnownLicense:
    """A GNU licence with "only" or "or later" said: only one of the two variables agrees."""
    later = suffix == "-or-later"
    variables = tuple(name for name in known.variables if name.endswith("+") == later)
    spdx = f"{known.spdx}{suffix}"
    return KnownLicense(known.identifier, spdx, variables, known.verdict, known.reason)


def _rows() -> Iterator[KnownLicense]:
    text = (files("bot.upstream") / "huggingface_licenses.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t"):
        variables = tuple(name for name in row["guix_variable"].split("|") if name)
        yield KnownLicense(
            row["identifier"], row["spdx"] or None, variables, row["verdict"], row["reason"]
        )
