# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy: the rules that findings are made under, as data.

A policy says how severe each finding is and why, which licences are judged as a family, and from
which size on something is said.  The checks know what is the case; only the policy knows what
that means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from bot.checks.finding import Status

Severity = Literal["fail", "warn", "unknown", "note", "off"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Bytes = Annotated[int, Field(ge=0)]
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Rule(_Part):
    """One rule: what it asks for, how severe a breach is, and who says so."""

    id: Identifier
    """Also the code of the finding that speaks when the rule is not kept."""
    check: Identifier
    severity: Severity
    text: Sentence
    source: Annotated[HttpUrl, Field(strict=False)]
    date: date
    """Day of the source, or the day on which it was read."""

    @property
    def status(self) -> Status | None:
        """The status of a finding under this rule; None where the rule is switched off."""
        return None if self.severity == "off" else Status(self.severity)


class LicenseFamily(_Part):
    """Licences that are judged alike, found by identifier or by words in their name or URL."""

    id: Identifier
    verdict: Literal["free", "nonfree", "unclear"]
    identifiers: tuple[Annotated[str, Field(max_length=80)], ...] = ()
    words: tuple[Annotated[str, Field(max_length=80)], ...] = ()
    text: Sentence
    source: Annotated[HttpUrl, Field(strict=False)]
    date: date

    def covers(self, identifier: str) -> bool:
        """Tell whether a publisher's or SPDX identifier belongs to the family."""
        return any(fnmatchcase(identifier.lower(), pattern) for pattern in self.identifiers)

    def speaks_in(self, dashed: str) -> bool:
        """Tell whether a licence's name, comment or URL (see ``dash``) names the family."""
        return any(word in dashed for word in self.words)


class Sizes(_Part):
    """From which size on something is said, in bytes; None says nothing."""

    download_note: Bytes | None = None
    download_warn: Bytes | None = None
    unpacked_warn: Bytes | None = None
    series_warn: Bytes | None = None
    growth_percent_note: Bytes | None = None


class Farm(_Part):
    """The build farm, for reckoning what a substitutable package costs."""

    systems: tuple[str, ...] = ()


class Substitutable(_Part):
    """Which build systems take ``#:substitutable?``, and which one to advise instead."""

    build_systems: tuple[str, ...] = ()
    advised_build_system: str = "copy"


class Placement(_Part):
    """The files that model packages belong into; empty where the policy does not say."""

    files: tuple[str, ...] = ()


class Policy(_Part):
    """A whole policy, with everything that it extends merged in."""

    id: Identifier
    title: Sentence
    extends: str | None = None
    sizes: Sizes = Sizes()
    farm: Farm = Farm()
    substitutable: Substitutable = Substitutable()
    placement: Placement = Placement()
    rules: tuple[Rule, ...] = ()
    licenses: tuple[LicenseFamily, ...] = ()

    @property
    def name(self) -> str:
        """The name that reports give for it: its id."""
        return self.id

    @property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """The rules under their ids."""
        return {rule.id: rule for rule in self.rules}

    def family_of(self, identifier: str | None, *texts: str | None) -> LicenseFamily | None:
        """Return the first family that a licence belongs to, by identifier, then by its texts."""
        if identifier:
            for family in self.licenses:
                if family.covers(identifier):
                    return family
        dashed = [dash(text) for text in texts if text]
        for family in self.licenses:
            if any(map(family.speaks_in, dashed)):
                return family
        return None


def dash(text: str) -> str:
    """Return ``text`` in lower case with every run of other than letters and digits as a dash."""
    return f"-{_NOT_WORD.sub('-', text.lower()).strip('-')}-"
