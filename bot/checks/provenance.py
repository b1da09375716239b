# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the weights come from: their publisher, the training data, the training code.

Licence text, data and retrainability are separate questions and are answered separately.  Two
classes are told as a note: that of a draft of Debian's Deep Learning Team (Free Model, ToxicCandy
Model, Non-free Model; https://salsa.debian.org/deeplearning-team/ml-policy) and the Model Openness
Framework (classes I to III; https://arxiv.org/abs/2403.13784).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.finding import Finding
from bot.checks.license_verdict import judge_declared, judge_identifier
from bot.checks.ruling import breach
from bot.checks.subject import Weights, weights_of
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts

_TRAINED_ON = re.compile(r"\btrained (?:on|with|from|using) ([^.;:\n]{3,80})")
_MAXIMUM_TEXT = 5_000
_DATA_SHOWN = 3


def check_provenance(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield what is known of the publisher, the training data and the classes."""
    weights = weights_of(model, facts)
    yield from _torrent(weights, policy)
    yield from _reupload(weights, policy)
    data = _named_data(model, weights)
    yield from _training_data(weights, data, policy)
    yield from _training_code(weights, policy)
    yield from _classes(model, weights, data, policy)


def _torrent(weights: tuple[Weights, ...], policy: Policy) -> Iterator[Finding]:
    for item in weights:
        for uri in item.origin.uris:
            path = uri.split("?", 1)[0].lower()
            if uri.lower().startswith("magnet:") or path.endswith(".torrent"):
                message = "the weights come from a torrent: no publisher vouches for them"
                hint = (
                    "Guix has no method to fetch a torrent, and what is shared that way may have "
                    "been leaked. Find where the publisher releases the weights, and under what "
                    "licence."
                )
                yield from breach(
                    policy, "provenance-torrent", message, hint=hint, line=item.origin.line
                )
                return


def _reupload(weights: tuple[Weights, ...], policy: Policy) -> Iterator[Finding]:
    for item in weights:
        bases = item.facts.base_models if item.facts else ()
        owner = item.facts.publisher if item.facts else None
        others = [base for base in bases if "/" in base and base.split("/")[0] != owner]
        if owner and others:
            message = f"{owner} publishes what was made from {others[0]}, of another publisher"
            yield from breach(policy, "provenance-reupload", message, line=item.origin.line)
            return


def _named_data(model: ModelPackage, weights: tuple[Weights, ...]) -> tuple[str, ...]:
    """Names of the training data, of the publisher's card or else of the description."""
    named = [name for item in weights if item.facts for name in item.facts.datasets]
    if not named:
        text = " ".join((model.change.package.description or "")[:_MAXIMUM_TEXT].split())
        named = [match[1].strip() for match in _TRAINED_ON.finditer(text)]
    return tuple(dict.fromkeys(named))


def _asked(weights: tuple[Weights, ...]) -> bool:
    """Whether a publisher's page about the weights was read."""
    return any(
        item.facts and item.facts.license and item.facts.license.learnt_at for item in weights
    )


def _training_data(
    weights: tuple[Weights, ...], data: tuple[str, ...], policy: Policy
) -> Iterator[Finding]:
    line = next((item.origin.line for item in weights if item.origin.line), None)
    if data:
        shown = ", ".join(data[:_DATA_SHOWN])
        more = f" and {len(data) - _DATA_SHOWN} more" if len(data) > _DATA_SHOWN else ""
        message = f"training data named: {shown}{more}; whether it is free was not looked at"
        yield from breach(policy, "provenance-data-named", message, line=line)
    elif _asked(weights):
        message = "the publisher names no training data"
        hint = "Ask the publisher which data the weights were trained on, and whether it is free."
        yield from breach(policy, "provenance-data-missing", message, hint=hint, line=line)
    else:
        message = "the training data is not known: no publisher's page was read"
        yield from breach(policy, "provenance-data-unknown", message, line=line)


def _training_code(weights: tuple[Weights, ...], policy: Policy) -> Iterator[Finding]:
    known = {item.facts.open_training_code if item.facts else None for item in weights}
    if known != {True}:
        message = "whether the weights can be trained anew with free software is not known"
        hint = "Point to the training scripts, and say what training takes."
        yield from breach(policy, "provenance-retrain-unknown", message, hint=hint)


def _classes(
    model: ModelPackage, weights: tuple[Weights, ...], data: tuple[str, ...], policy: Policy
) -> Iterator[Finding]:
    if not (_asked(weights) or data):
        return
    verdict = _license_verdict(model, weights, policy)
    if verdict == "nonfree":
        message = "Debian's ML draft: Non-free Model; Model Openness Framework: no class"
    elif verdict == "free":
        # Free data and training code would make it a Free Model, and give it a better class of
        # the framework; nobody states that in a form that a program can read.
        debian = "ToxicCandy or Free Model" if data else "ToxicCandy, data not named"
        message = f"Debian's ML draft: {debian}; Model Openness Framework: class III at most"
    else:
        return
    yield from breach(policy, "provenance-class", message)


def _license_verdict(
    model: ModelPackage, weights: tuple[Weights, ...], policy: Policy
) -> str | None:
    """The verdict on the weights' licence: nonfree if anybody says so, else free, else None."""
    said = {judge_declared(item, policy).verdict for item in model.change.package.licenses}
    for item in weights:
        stated = item.facts.license.value if item.facts and item.facts.license else None
        if stated:
            said.add(judge_identifier(stated, policy).verdict)
    if "nonfree" in said:
        return "nonfree"
    return "free" if said == {"free"} else None
