# SPDX-License-Identifier: GPL-3.0-or-later
"""One licence, judged: by the policy's families first, by the tables otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from bot.guix.package import PackageLicense
from bot.policy.model import LicenseFamily, Policy
from bot.upstream.licenses import known_license

CONSTRUCTORS = frozenset(
    ("non-copyleft", "fsf-free", "fsdg-compatible", "x11-style", "bsd-style", "license")
)
"""Procedures of ``(guix licenses)``: the name says nothing, the URL does."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a licence is held to be, and which family of the policy decided, if one did."""

    verdict: str
    """``free``, ``nonfree`` or ``unclear``."""
    family: LicenseFamily | None
    why: str
    """A clause that follows "it"."""


def judge_declared(declared: PackageLicense, policy: Policy) -> Judgement:
    """Judge a licence that a definition declares, by its id, its name, its comment and its URL."""
    texts = (declared.variable, declared.name, declared.uri, declared.comment)
    family = policy.family_of(declared.spdx or declared.variable, *texts)
    if family:
        return Judgement(family.verdict, family, family.text)
    return Judgement(declared.verdict, None, "is not a free licence")


def judge_identifier(identifier: str, policy: Policy, link: str | None = None) -> Judgement:
    """Judge a licence by the identifier that a publisher gives."""
    known = known_license(identifier)
    family = policy.family_of(identifier, link)
    if family:
        return Judgement(family.verdict, family, family.text)
    if known is None:
        return Judgement("unclear", None, "is not in the table of licences")
    return Judgement(known.verdict, None, f"is {known.verdict}: {known.reason}")


def license_name(declared: PackageLicense) -> str:
    """Name a licence for a person: SPDX id, else Guix's name, else the variable and its URL."""
    if declared.variable in CONSTRUCTORS:
        about = declared.comment or declared.name or declared.uri
        return f"{about} ({declared.variable})" if about else declared.variable
    return declared.spdx or declared.name or declared.variable
