# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a change of a model package touches anything that the checks look at."""

from __future__ import annotations

from collections.abc import Sequence

from bot.guix.package import PackageChange, PackageDefinition, PackageOrigin
from bot.models.package_evidence import copied_weights

_SPOKEN_FIELDS = frozenset(
    {"name", "synopsis", "description", "home-page", "location", "supported-systems", "comments"}
)
"""Fields that change nothing of what is shipped, or under which terms."""


_DECISIVE_FIELDS = frozenset(
    {"source", "license", "arguments", "build-system", "inputs", "native-inputs"}
    | {"propagated-inputs", "origins", "inherit", "substitutable?"}
)
"""Fields of which each has to be known on both sides for their values to be compared."""


def needs_report(
    change: PackageChange,
    weights_before: Sequence[PackageOrigin],
    weights_after: Sequence[PackageOrigin],
) -> bool:
    """Return whether a change of a model needs a report.

    What is removed, moved, renamed, reformatted or only described otherwise needs none.
    """
    if change.after is None or change.kind in {"removed", "moved"}:
        return False
    if change.kind == "added" or change.before is None:
        return True
    if _known(change.before) and _known(change.after):
        before = _terms(change.before), _contents(weights_before)
        return before != (_terms(change.after), _contents(weights_after))
    return not change.changed_fields or not set(change.changed_fields) <= _SPOKEN_FIELDS


def _known(package: PackageDefinition) -> bool:
    unknown = {field.field for field in package.unknown}
    return not package.partial and not unknown & _DECISIVE_FIELDS


def _terms(package: PackageDefinition) -> tuple[object, ...]:
    """Return what decides how the package is shipped, without where it stands."""
    licenses = frozenset((item.variable, item.spdx, item.uri) for item in package.licenses)
    return (
        package.license_statement,
        licenses,
        package.substitutable,
        package.build_system,
        package.install_plan,
        frozenset(copied_weights(package)),
    )


def _contents(origins: Sequence[PackageOrigin]) -> frozenset[tuple[object, ...]]:
    return frozenset((item.method, item.uris, item.commit, item.hash) for item in origins)
