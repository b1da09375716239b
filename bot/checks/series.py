# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of a series only as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from bot.checks.finding import Finding
from bot.checks.ruling import breach
from bot.checks.size import size_of
from bot.checks.subject import weights_of
from bot.checks.units import human_size
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts


def check_series(
    packages: Iterable[tuple[ModelPackage, PackageFacts]], policy: Policy
) -> tuple[Finding, ...]:
    """Return what the packages of a series amount to together; each file counts once."""
    judged = [pair for pair in packages if pair[0].is_model and pair[0].needs_report]
    sizes = {
        item.origin.uris or (str(number),): size_of(item.facts)
        for number, item in enumerate(chain.from_iterable(weights_of(*pair) for pair in judged))
    }
    total = sum(size for size in sizes.values() if size is not None)
    limit = policy.sizes.series_warn
    if len(judged) < 2 or limit is None or total <= limit:
        return ()
    message = f"{human_size(total)} to download for all {len(judged)} models of the series"
    hint = "Say in the thread whether all of them are needed."
    return tuple(breach(policy, "size-series", message, hint=hint))
