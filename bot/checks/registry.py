# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks, the own ones and those that other distributions bring, run one after the other.

Another distribution brings a check with an entry point of the group ``weighbridge.checks``: its
name is the check's, its value a callable like ``check_size``.  It speaks under rules that the
operator's policy has for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from types import MappingProxyType
from typing import TypeAlias

from bot.checks.file_format import check_format
from bot.checks.finding import Finding, Status, severity
from bot.checks.license import check_license
from bot.checks.pinned import check_pinned
from bot.checks.placement import check_placement
from bot.checks.provenance import check_provenance
from bot.checks.size import check_size
from bot.checks.substitutable import check_substitutable
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts

Check: TypeAlias = Callable[[ModelPackage, PackageFacts, Policy], Iterable[Finding]]

ENTRY_POINT_GROUP = "weighbridge.checks"
_FINDINGS_PER_CHECK = 50
_MOST_FINDINGS = 5_000
_LOG = logging.getLogger(__name__)

OWN_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "license": check_license,
        "size": check_size,
        "substitutable": check_substitutable,
        "pinned": check_pinned,
        "format": check_format,
        "provenance": check_provenance,
        "placement": check_placement,
    }
)
"""The checks that come with Weighbridge, in the order in which a report shows them."""


def run_checks(
    model: ModelPackage,
    facts: PackageFacts,
    policy: Policy,
    checks: Mapping[str, Check] | None = None,
) -> tuple[Finding, ...]:
    """Return what all checks find in one package; nothing where it needs no report.

    A check that raises is a finding of its own, with status unknown: it stops neither the others
    nor the report.
    """
    if not (model.is_model and model.needs_report):
        return ()
    chosen = all_checks() if checks is None else checks
    return tuple(
        finding for name in chosen for finding in _run(name, chosen[name], model, facts, policy)
    )


@lru_cache(maxsize=1)
def all_checks() -> Mapping[str, Check]:
    """Return the own checks and the installed ones of others; an own name is never replaced."""
    found: dict[str, Check] = dict(OWN_CHECKS)
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        if entry.name in found:
            _LOG.warning("check %s of %s: the name is taken, left out", entry.name, entry.value)
        else:
            found[entry.name] = _load(entry)
    return MappingProxyType(found)


def _load(entry: EntryPoint) -> Check:
    """Return the check, or one that says why it could not be loaded."""
    try:
        loaded: Check = entry.load()
    except Exception as error:  # noqa: BLE001  (other people's code may raise anything)
        reason = f"{entry.value} could not be loaded ({type(error).__name__}: {error})"
        return lambda _model, _facts, _policy: (_failed(entry.name, reason),)
    return loaded


def _run(
    name: str, check: Check, model: ModelPackage, facts: PackageFacts, policy: Policy
) -> Iterable[Finding]:
    try:
        found = tuple(islice(check(model, facts, policy), _MOST_FINDINGS))
        wrong = next((item for item in found if not isinstance(item, Finding)), None)
    except Exception as error:  # noqa: BLE001  (other people's code may raise anything)
        _LOG.exception("check %s failed", name)
        return (_failed(name, f"the check failed ({type(error).__name__})"),)
    if wrong is not None:
        return (_failed(name, f"the check gave a {type(wrong).__name__}, not a finding"),)
    return found if len(found) <= _FINDINGS_PER_CHECK else _the_worst(name, found)


def _the_worst(name: str, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the worst findings in their order, and how many others there are."""
    order = sorted(range(len(found)), key=lambda place: severity(found[place].status))
    kept = sorted(order[:_FINDINGS_PER_CHECK])
    said = f"{len(found) - len(kept)} more findings of this check are left out, none of them worse"
    return (*(found[place] for place in kept), Finding(name, f"{name}-more", Status.NOTE, said))


def _failed(name: str, reason: str) -> Finding:
    return Finding(name, f"{name}-failed", Status.UNKNOWN, reason)
