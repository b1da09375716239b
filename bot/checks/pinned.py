# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the origins name something that stays what it is, and does the hash say so.

A hash makes a changed file fail the build; a reference that its publisher moves makes the build
fail one day.  On Hugging Face only a 40-digit revision stays (bot/upstream/revision.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.finding import Finding, Status
from bot.checks.nix_base32 import is_placeholder, sha256_hex
from bot.checks.ruling import breach, kept
from bot.checks.subject import Weights, unknown_reason, weights_of
from bot.guix.package import PackageDefinition
from bot.models.assessment import ModelPackage
from bot.policy.model import Policy
from bot.upstream.facts import PackageFacts
from bot.upstream.revision import HUGGING_FACE_HOSTS, is_pinned, url_is_pinned
from bot.upstream.urls import host_and_steps

_HTTPS_HOSTS = HUGGING_FACE_HOSTS | {"alphacephei.com", "github.com", "zenodo.org"}
_COLUMNS = 74
"""Lines of Scheme no longer than this fit into a mail once they are indented there."""
_FLAT_METHODS = frozenset(("url-fetch", "url-fetch/zipbomb", "url-fetch/tarbomb"))
"""Methods whose hash is that of the file itself; the last two unpack it in a step of its own
(guix/download.scm).  Those of repositories hash a directory."""
_FIELDS = ("hash", "sha256", "source", "origin")


def check_pinned(model: ModelPackage, facts: PackageFacts, policy: Policy) -> Iterator[Finding]:
    """Yield what is movable or unverified in the origins of the weights, else one pass."""
    package = model.change.package
    found: list[Finding] = []
    for item in weights_of(model, facts):
        found += _moving(item, policy)
        found += _hash(package, item, policy)
        found += _pointers(item, policy)
        found += _plain_http(item, policy)
    yield from _each_once(found)
    weights = weights_of(model, facts)
    if weights and all(finding.status is Status.NOTE for finding in found):
        line = weights[0].origin.line
        yield from kept(policy, "pinned-mutable", _standing(weights), line=line)


def _each_once(findings: list[Finding]) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for finding in findings:
        if (finding.code, finding.message) not in said:
            said.add((finding.code, finding.message))
            yield finding


def _standing(weights: tuple[Weights, ...]) -> str:
    revision = all(is_pinned(item.origin) for item in weights)
    said = "the revision cannot move" if revision else "the hash fixes the content"
    return f"{said}; the publisher's hash matches" if all(map(_agrees, weights)) else said


def _moving(item: Weights, policy: Policy) -> Iterator[Finding]:
    if is_pinned(item.origin) is not False:
        return
    revision = item.facts.revision if item.facts else None
    url = next((uri for uri in item.origin.uris if url_is_pinned(uri) is False), "")
    name = item.origin.commit or _moving_step(url)
    message = f'"{name}" is a reference that its publisher can move'
    hint = "Name the commit instead"
    scheme = ""
    if revision and item.origin.commit:
        scheme = f'             (commit "{revision}")'
    elif revision and f"/{name}/" in url:
        scheme = _pinned_uri(url, name, revision)
    hint += ":" if scheme else "."
    yield from breach(
        policy, "pinned-mutable", message, hint=hint, scheme=scheme, line=item.origin.line
    )


def _pinned_uri(url: str, name: str, revision: str) -> str:
    """The URL in parts that fit on a line each, as long URLs are written in Guix."""
    base, _, path = url.partition(f"/{name}/")
    parts = [f'"{base}/"', f'"{revision}/"', f'"{path}"))']
    head = "       (uri (string-append "
    if len(head) + len(parts[0]) > _COLUMNS:
        if len(parts[1]) + len(parts[2]) < _COLUMNS - 14:
            parts[1:] = [f"{parts[1]} {parts[2]}"]
        return "\n".join([head.rstrip(), *(f"             {part}" for part in parts)])
    return head + ("\n" + " " * len(head)).join(parts)


def _moving_step(url: str) -> str:
    _host, steps = host_and_steps(url)
    for place, step in enumerate(steps[:-1]):
        if step in ("resolve", "raw", "blob", "archive"):
            return steps[place + 1]
    return next((step for step in steps if step.lower() in ("latest", "nightly")), "the URL")


def _hash(package: PackageDefinition, item: Weights, policy: Policy) -> Iterator[Finding]:
    origin = item.origin
    if origin.hash is None:
        reason = unknown_reason(package, *_FIELDS)
        if package.partial or reason:
            message = f"the hash of {item.place} is not known: {reason or 'it is not shown'}"
            yield from breach(policy, "pinned-hash-unknown", message, line=origin.line)
        elif origin.uris:
            message = f"{item.place} has no hash"
            hint = _how_to_hash(item)
            yield from breach(policy, "pinned-hash-missing", message, hint=hint, line=origin.line)
    elif is_placeholder(origin.hash):
        message = f"the hash of {item.place} is all zeros"
        hint = _how_to_hash(item)
        yield from breach(policy, "pinned-hash-zero", message, hint=hint, line=origin.line)
    elif _agrees(item) is False and item.facts:
        message = f"the hash of {item.place} is not the one that its publisher states"
        stated = item.facts.sha256.value if item.facts.sha256 else ""
        hint = f"The publisher's SHA-256 is {stated}; fetch the file again and compare."
        yield from breach(
            policy,
            "pinned-hash-differs",
            message,
            hint=hint,
            line=origin.line,
            fact=item.facts.sha256,
        )


def _how_to_hash(item: Weights) -> str:
    if (item.origin.method or "").startswith("git-fetch"):
        return (
            "Give the SHA-256 that `guix hash -x --serializer=nar .` prints in a checkout of "
            "that revision."
        )
    return "Give the SHA-256 that `guix download` prints."


def _agrees(item: Weights) -> bool | None:
    """Whether the hash is the publisher's; None where that cannot be compared."""
    origin, stated = item.origin, item.facts.sha256 if item.facts else None
    if stated is None or stated.value is None or origin.hash is None or origin.recursive:
        return None
    if origin.method not in _FLAT_METHODS or (origin.hash_algorithm or "sha256") != "sha256":
        return None
    written = sha256_hex(origin.hash)
    return None if written is None else written == stated.value.lower()


def _pointers(item: Weights, policy: Policy) -> Iterator[Finding]:
    if item.origin.method == "git-fetch" and item.facts and item.facts.uses_lfs:
        message = "the repository keeps its weights in Git LFS, and git-fetch gets pointers only"
        hint = "Use git-fetch/lfs of (guix git-download), or url-fetch of the files:"
        yield from breach(
            policy,
            "pinned-lfs-pointers",
            message,
            hint=hint,
            scheme="       (method git-fetch/lfs)",
            line=item.origin.line,
        )


def _plain_http(item: Weights, policy: Policy) -> Iterator[Finding]:
    for uri in item.origin.uris:
        host, _steps = host_and_steps(uri)
        if uri.startswith("http://") and host in _HTTPS_HOSTS:
            message = f"{host} serves https as well as http"
            hint = "Write https; a reader need not wonder who may have looked on."
            yield from breach(policy, "pinned-http", message, hint=hint, line=item.origin.line)
            return
