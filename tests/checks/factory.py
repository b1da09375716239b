# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages, facts and reports for tests: a good VOSK-style model, and what differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.checks.registry import run_checks
from bot.guix.package import PackageChange, PackageDefinition, PackageLicense, PackageOrigin
from bot.models.assessment import Evidence, ModelPackage
from bot.patch.change import Basis
from bot.policy.load import load_policy
from bot.policy.model import Policy
from bot.report.report import PackageReport, Report
from bot.upstream.facts import Fact, OriginFacts, PackageFacts

GUIX = load_policy("guix")
LEARNT_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MIB = 1024 * 1024
HASH = "0f6xm8xj5xlxvmmpv6v0d1v1s1p6q1sl4v3b7jpcc1g1cwjsz4yn"

ASL2 = PackageLicense("asl2.0", "ASL 2.0", "Apache-2.0", "free", line=31)
EXPAT = PackageLicense("expat", "Expat", "MIT", "free", line=31)
GPL3 = PackageLicense("gpl3+", "GPL 3+", "GPL-3.0-or-later", "free", line=31)
CC0 = PackageLicense("cc0", "CC0", "CC0-1.0", "free", line=31)

ZIP = PackageOrigin(
    role="source",
    method="url-fetch/zipbomb",
    uris=("https://alphacephei.example/vosk/models/vosk-model-small-xx-0.15.zip",),
    hash_algorithm="sha256",
    hash=HASH,
    line=16,
)
NET = PackageOrigin(
    role="native-input",
    method="url-fetch",
    uris=("https://nets.example.org/api/nn/nn-0a1b2c3d4e5f.nnue",),
    hash_algorithm="sha256",
    hash=HASH,
    label="nn-0a1b2c3d4e5f.nnue",
    line=40,
)
PROGRAM = PackageOrigin(
    role="source",
    method="git-fetch",
    uris=("https://git.example.org/chess/engine",),
    commit="v16",
    hash_algorithm="sha256",
    hash=HASH,
    line=14,
)

GOOD = PackageDefinition(
    variable="vosk-model-small-xx",
    name="vosk-model-small-xx",
    version="0.15",
    file="gnu/packages/machine-learning.scm",
    line=12,
    end_line=32,
    partial=False,
    license_statement="stated",
    licenses=(ASL2,),
    origins=(ZIP,),
    build_system="copy",
    substitutable=False,
    argument_keywords=("substitutable?", "install-plan"),
    install_plan=(),
    inputs=(),
    inherits=(),
    home_page="https://alphacephei.example/vosk/models",
    synopsis="Speech model",
    description="This package provides a model for speech recognition.",
    hidden=False,
    deprecated=False,
    field_lines=(
        ("name", 13),
        ("version", 14),
        ("source", 15),
        ("build-system", 22),
        ("arguments", 23),
        ("substitutable?", 25),
        ("home-page", 28),
        ("description", 30),
        ("license", 31),
    ),
    comments=(),
    strings=(),
)
"""A model from a zip, with everything as it should be."""

UNFLAGGED = replace(
    GOOD,
    substitutable=None,
    argument_keywords=(),
    field_lines=tuple(
        (name, line)
        for name, line in GOOD.field_lines
        if name not in ("arguments", "substitutable?")
    ),
)
"""The same without arguments."""


def known_size(size: int, **more: Any) -> OriginFacts:  # noqa: ANN401
    """Facts with a size, learnt from a place of no importance."""
    fact = Fact(size, "https://alphacephei.example/vosk/models", LEARNT_AT)
    return OriginFacts(size=fact, **more)


def stated(identifier: str) -> Fact[str]:
    """A publisher's licence."""
    return Fact(identifier, "https://huggingface.example/acme/model", LEARNT_AT)


def model(
    definition: PackageDefinition = GOOD,
    weight_origins: tuple[int, ...] = (0,),
    before: PackageDefinition | None = None,
    **more: Any,  # noqa: ANN401
) -> ModelPackage:
    """A model package as the room of models hands it over."""
    change = PackageChange(
        kind="changed" if before else "added",
        before=before,
        after=definition,
        file=definition.file,
        basis=Basis.WHOLE,
        basis_reason="",
        message_id="patch@example.org",
    )
    judged = ModelPackage(
        change=change,
        is_model=True,
        evidence=(Evidence("model-host", "alphacephei.example", 5),),
        weight_origins=weight_origins,
        reason="its source is a file of a model host",
        needs_report=True,
    )
    return replace(judged, **more)


def facts(*known: OriginFacts, previous: Mapping[int, OriginFacts] | None = None) -> PackageFacts:
    """Facts of the first origins."""
    return PackageFacts(dict(enumerate(known)), previous or {})


def package_report(
    judged: ModelPackage, known: PackageFacts, policy: Policy | None = None
) -> PackageReport:
    """Run every check."""
    chosen = policy or GUIX
    return PackageReport(judged, known, run_checks(judged, known, chosen))


def report(*packages: PackageReport, **more: Any) -> Report:  # noqa: ANN401
    """A report of a series."""
    made = Report(
        policy="guix",
        subject="gnu: Add vosk-model-small-xx.",
        author="Ada Author <ada@example.org>",
        issue=70001,
        revision=1,
        patches=1,
        missing=(),
        message_ids=("patch@example.org",),
        packages=tuple(packages),
    )
    return replace(made, **more)
