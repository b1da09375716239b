# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a mail is triaged at all, and if not, why: in words for a person."""

from __future__ import annotations

from collections.abc import Collection

from bot.mail.diff_text import quotes_diff
from bot.mail.line_start import LineStart
from bot.mail.message import Message, Origin

OTHER_REPOSITORIES = (
    "guix-artwork",
    "artwork",
    "guix-website",
    "website",
    "guix-maintenance",
    "maintenance",
    "guix-cuirass",
    "cuirass",
    "guix-data-service",
    "data-service",
    "guix-build-coordinator",
    "build-coordinator",
    "guix-videos",
    "videos",
    "guile",
    "guile-git",
    "guile-gcrypt",
    "shepherd",
    "mumi",
    "qa-frontpage",
    "guix-qa-frontpage",
    "nar-herder",
    "bffe",
    "disarchive",
    "hpcguix-web",
    "guix-jupyter",
    "gash",
    "nonguix",
)
"""Subject prefixes of other repositories whose patches come to guix-patches."""

_SCHEME = LineStart(
    r"(?:diff --(?:git|cc|combined)|---|\+\+\+|rename (?:from|to)|Index:) [^\n]*\.scm\b"
)


def set_aside_reason(
    message: Message, repositories: Collection[str] = OTHER_REPOSITORIES
) -> str | None:
    """Return why ``message`` is left alone, or None where it is to be triaged.

    ``repositories`` are the subject prefixes that name another repository.  A cover letter is
    not left alone: it belongs to its series.
    """
    return (
        _origin_reason(message)
        or _repository_reason(message, repositories)
        or _content_reason(message)
    )


def touches_scheme(diff: str) -> bool:
    """Say whether a diff names a Scheme file."""
    return bool(_SCHEME.search(diff))


def _origin_reason(message: Message) -> str | None:
    if message.origin is Origin.OWN:
        return f"a mail of this bot ({message.origin_reason})"
    if message.origin is Origin.TRACKER:
        return (
            f"a mail of the tracker itself, an acknowledgement or notice ({message.origin_reason})"
        )
    if message.origin is Origin.AUTOMATIC:
        return f"an automatic mail ({message.origin_reason})"
    return None


def _repository_reason(message: Message, repositories: Collection[str]) -> str | None:
    if not message.tag.prefixes:
        return None
    others = {name.casefold() for name in repositories}
    for prefix in message.tag.prefixes:
        if prefix.casefold() in others:
            return f"a patch for another repository ({prefix})"
    return None


def _content_reason(message: Message) -> str | None:
    if message.diffs:
        # A member of a longer series stays, or the series would be told to lack it.
        if (message.tag.total or 1) > 1 or any(touches_scheme(diff) for diff in message.diffs):
            return None
        return "the patch touches no Scheme file"
    if message.tag.index == 0 and not message.tag.is_reply:
        return None
    if quotes_diff(message.body):
        return "a reply that only quotes a patch"
    return "a reply without a patch" if _is_answer(message) else "no patch in it"


def _is_answer(message: Message) -> bool:
    return message.tag.is_reply or bool(message.in_reply_to)
