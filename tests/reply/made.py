# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that several tests of replies begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.checks.finding import Finding, Status
from bot.guix.package import PackageChange, PackageDefinition
from bot.mail.identity import OwnIdentity
from bot.mail.message import Address, Message, Origin, SubjectTag
from bot.mail.series import Series
from bot.models.assessment import ModelPackage
from bot.patch.change import Basis
from bot.reply.compose import Letterhead
from bot.reply.decide import Manners
from bot.report.report import PackageReport, Report
from bot.upstream.facts import PackageFacts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

LETTERHEAD = Letterhead(
    name="Weighbridge",
    address="bot@example.org",
    list_address="guix-patches@gnu.org",
    reply_to="{issue}@debbugs.gnu.org",
    identity=OwnIdentity(addresses=("bot@example.org",)),
    version="0.1.0",
    return_path="bounces@example.org",
)

MANNERS = Manners(
    needs_issue=True,
    max_age=timedelta(days=14),
    moderated=False,
    per_hour=10,
    per_day=40,
    per_thread_per_day=3,
    per_person_per_day=8,
)


def message(**changes: object) -> Message:
    """Return a patch mail of Ada, an hour old."""
    plain = Message(
        message_id="patch-1@example.net",
        subject="[bug#70001] [PATCH] gnu: Add a model.",
        tag=SubjectTag(title="gnu: Add a model.", is_patch=True, issue=70001),
        author=Address("Ada Example", "ada@example.net"),
        origin=Origin.PERSON,
        origin_reason="",
        sent_at=NOW - timedelta(hours=1),
        received_at=NOW - timedelta(hours=1),
        issue=70001,
        in_reply_to=None,
        references=(),
        reply_to=(),
        body="",
        diffs=("diff",),
        list_id=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def series(*members: Message, **changes: object) -> Series:
    """Return a series of one patch, or of ``members``."""
    plain = Series(
        key="series-1",
        thread_key="thread-1",
        subject="gnu: Add a model.",
        author=Address("Ada Example", "ada@example.net"),
        issues=(70001,),
        revision=1,
        total=1,
        cover=None,
        patches=members or (message(),),
        missing=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def definition(name: str) -> PackageDefinition:
    """Return a package of that name which says nothing else."""
    return PackageDefinition(
        variable=name,
        name=name,
        version="1",
        file="gnu/packages/m.scm",
        line=1,
        end_line=9,
        partial=False,
        license_statement="absent",
        licenses=(),
        origins=(),
        build_system="copy",
        substitutable=None,
        argument_keywords=(),
        install_plan=(),
        inputs=(),
        inherits=(),
        home_page=None,
        synopsis=None,
        description=None,
        hidden=False,
        deprecated=False,
        field_lines=(),
        comments=(),
        strings=(),
    )


def report(*statuses: Status, revision: int = 1, model: bool = True) -> Report:
    """Return a report on one model with a finding of each of ``statuses``."""
    change = PackageChange(
        kind="added",
        before=None,
        after=definition("m"),
        file="gnu/packages/m.scm",
        basis=Basis.WHOLE,
        basis_reason="",
        message_id="patch-1@example.net",
    )
    package = ModelPackage(change, model, (), (), "it is", needs_report=bool(statuses))
    findings = tuple(
        Finding("license", f"license-{status}", status, f"It is {status}.") for status in statuses
    )
    judged = PackageReport(package, PackageFacts(), findings)
    return Report(
        policy="guix",
        subject="gnu: Add a model.",
        author="Ada Example <ada@example.net>",
        issue=70001,
        revision=revision,
        patches=1,
        missing=(),
        message_ids=("patch-1@example.net",),
        packages=(judged,) if model else (),
    )
