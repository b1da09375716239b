# SPDX-License-Identifier: GPL-3.0-or-later
"""Subjects of patch mail: ``[bug#N] [PATCH prefix vR i/n] title`` in all the ways it is written.

``git format-patch`` writes the bracket ("--subject-prefix", "--rfc", "-v", "--numbered"); people
write it by hand in other orders; Debbugs puts ``[bug#N]`` or ``bug#N:`` in front.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from bot.mail.message import SubjectTag

_REPLY = re.compile(
    r"(?:re|aw|sv|antw|vs|ref|rif|r|odp|回复|答复|返信)(?:\[\d{1,3}\]|\^\d{1,3})?\s?[::]\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv|转发)\s?[::]\s*", re.IGNORECASE)
_ISSUE = re.compile(
    r"(?:\[\s?bug\s?#\s?([0-9]{1,9})\s?\]:?|bug\s?#\s?([0-9]{1,9})\s?:)\s*", re.IGNORECASE
)
_BRACKET = re.compile(r"\[([^\[\]]{0,200})\]\s*")
_PATCH_WORD = re.compile(r"-?patch(?:es)?(?:[-_]?v?(\d{1,3}))?", re.IGNORECASE)
_REVISION = re.compile(r"-?v\.?(\d{1,3})(?:\.\d{1,3})?", re.IGNORECASE)
_COUNT = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_SPACES = re.compile(r"\s{2,}")


def one_line(text: str, limit: int) -> str:
    """Return ``text`` as one line without control, direction or zero-width characters.

    Line ends smuggled in by an encoded word (RFC 2047) become spaces, so that no header built
    from the result can be split in two.
    """
    if text.isprintable() and "  " not in text:
        return text[: 4 * limit].strip()[:limit]  # as nearly all
    spaced = _SPACES.sub(" ", _CONTROL.sub(" ", text[: 4 * limit]))
    return spaced.strip()[:limit]


@dataclass(slots=True)
class _Reading:
    """What has been read of a subject so far."""

    is_patch: bool = False
    is_reply: bool = False
    issue: int | None = None
    revision: int | None = None
    index: int | None = None
    total: int | None = None
    prefixes: list[str] = field(default_factory=list)


def parse_subject(subject: str) -> SubjectTag:
    """Read the tags off a decoded one-line ``subject``; never raises.

    >>> tag = parse_subject("[bug#62443] [PATCH core-updates v2 2/3] gnu: Add foo.")
    >>> tag.issue, tag.revision, tag.index, tag.total, tag.prefixes, tag.title
    (62443, 2, 2, 3, ('core-updates',), 'gnu: Add foo.')
    """
    reading = _Reading()
    rest = subject.strip()
    for _ in range(20):
        shorter = _step(rest, reading)
        if shorter is None:
            break
        rest = shorter
    return SubjectTag(
        title=rest.strip() or subject.strip(),
        is_patch=reading.is_patch,
        is_reply=reading.is_reply,
        issue=reading.issue,
        revision=reading.revision or 1,
        index=reading.index,
        total=reading.total,
        prefixes=tuple(dict.fromkeys(reading.prefixes)),
    )


def _step(rest: str, reading: _Reading) -> str | None:
    """Take one tag off the front of ``rest``; None where there is none left."""
    if found := _ISSUE.match(rest):
        reading.issue = reading.issue or int(found[1] or found[2]) or None
        return rest[found.end() :]
    if rest.startswith("["):
        found = _BRACKET.match(rest)
        taken = found and _take_bracket(found[1], rest[found.end() :], reading)
        return rest[found.end() :] if found and taken else None
    if reading.is_patch:
        return None
    if found := _REPLY.match(rest):
        reading.is_reply = True
    else:
        found = _FORWARD.match(rest)
    return rest[found.end() :] if found else None


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a bracket."""

    prefix: str = ""
    """The word itself, where it is none of those below."""
    is_patch: bool = False
    revision: int | None = None
    count: tuple[int, int] | None = None

    @property
    def is_number(self) -> bool:
        return not self.prefix and not self.is_patch


@lru_cache(maxsize=1_000)
def _words(inside: str) -> tuple[_Word, ...]:
    """Read what stands in a bracket; the same stands in those of nearly all mails."""
    return tuple(_word(word) for word in inside.replace(",", " ").replace(":", " ").split())


def _word(word: str) -> _Word:
    if found := _PATCH_WORD.fullmatch(word):
        return _Word(is_patch=True, revision=_positive(found[1]))
    if found := _REVISION.fullmatch(word):
        return _Word(revision=_positive(found[1]))
    if found := _COUNT.fullmatch(word):
        return _Word(count=(int(found[1]), int(found[2])))
    return _Word(prefix=word)


def _take_bracket(inside: str, following: str, reading: _Reading) -> bool:
    """Read one bracket; False where it belongs to the title."""
    words = _words(inside)
    if reading.is_patch:
        if not all(word.is_number for word in words):
            return False
    elif not any(word.is_patch for word in words) and not (
        following.startswith("[") and "patch" in following.lower()
    ):
        return False
    for word in words:
        _take_word(word, reading)
    return True


def _take_word(word: _Word, reading: _Reading) -> None:
    if word.prefix:
        reading.prefixes.append(word.prefix)
        return
    reading.is_patch = reading.is_patch or word.is_patch
    reading.revision = word.revision or reading.revision
    if word.count and reading.total is None:
        index, total = word.count
        # One past the end (an afterthought, ``4/3``) stands for itself.
        if total > 0 and index <= total:
            reading.index, reading.total = index, total


def _positive(digits: str | None) -> int | None:
    return (int(digits) or None) if digits else None
