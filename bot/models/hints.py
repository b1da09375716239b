# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a text can speak of trained parameters at all, told in microseconds.

No evidence of ``bot/models/scale.py`` and ``wording.py`` that could reach the threshold is found in
a text without any of these words; a test holds both together.  It errs on the side of yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from bot.models import scale

_WORDS = (
    "model",
    "weights",
    "network",
    "parameters",
    "checkpoint",
    "trained",
    "tessdata",
    "nnue",
    "torrent",
    "magnet:",
)
_HOSTS = (
    "alphacephei",
    "kaldi",
    "lczero",
    "stockfish",
    "sjeng",
    "katago",
    "spacy",
    "pytorch",
    "openaipublic",
    "k2-fsa",
    "coqui",
    "silero",
    "tegaki",
    "firefox-translations",
    "statmt",
    "xiph",
    "huggingface",
    "hf.co",
    "tfhub",
    "kaggle",
    "civitai",
    "mediapipe",
    "fbaipublicfiles",
    "stanford",
)
_FILE_TYPES = tuple(
    ending for ending, points in scale.FILE_TYPES.items() if points >= scale.WEIGHTS
)
_FILE_TYPE = re.compile(r"\.(?:" + "|".join(re.escape(ending[1:]) for ending in _FILE_TYPES) + ")")
_STEMS = (*_WORDS, *_HOSTS, *_FILE_TYPES)
_RARE = "kxzqv.gpfmdunl"
"""Letters that are rare in text, about the rarest first; each stem has one of them."""


def _compiled(stems: Iterable[str]) -> Iterator[re.Pattern[str]]:
    """Yield patterns that together find any of ``stems``, each by a letter that its stems share.

    A pattern that begins with a letter skips to where that stands, so a few such patterns take a
    fifth of the time of looking for each stem, and a tenth of that of one pattern with all stems.
    """
    sharing: dict[str, list[str]] = {}
    for stem in stems:
        letter = min(set(stem) & set(_RARE), key=_RARE.index)
        before, _, after = stem.partition(letter)
        seen = f"(?<={re.escape(before + letter)})" if before else ""
        sharing.setdefault(letter, []).append(seen + re.escape(after))
    for letter, rests in sharing.items():
        yield re.compile(f"{re.escape(letter)}(?:{'|'.join(rests)})")


_PATTERNS = tuple(_compiled(_STEMS))
_SHORT = re.compile(r"n(?:ets?(?![a-z])|n(?=[-_./\d]))")
"""Short words, where no letter, digit or dot (as in the name of a host) stands before them."""


def may_speak_of_model(text: str) -> bool:
    """Return False where no package that ``text`` defines can be taken for a model.

    ``text`` is all that is known: where a tree tells more of a package than the patch does, a no
    says nothing.
    """
    lowered = text.lower()
    for pattern in _PATTERNS:
        if pattern.search(lowered):
            return True
    return _has_short_word(lowered)


def _has_short_word(lowered: str) -> bool:
    return any(_begins_word(lowered, found.start()) for found in _SHORT.finditer(lowered))


def _begins_word(text: str, place: int) -> bool:
    before = text[place - 1 : place]
    return before != "." and not (before.isascii() and before.isalnum())


def urgency(whole: str) -> Callable[[str], int]:
    """Return what ranks the parts of a text by how likely they ship trained parameters.

    0 comes first.  Only words that the whole text has are looked for in its parts.
    """
    lowered = whole.lower()
    hosts = tuple(stem for stem in _HOSTS if stem in lowered)
    has_files = _FILE_TYPE.search(lowered) is not None
    words = tuple(stem for stem in _WORDS if stem in lowered)
    short = _has_short_word(lowered)

    def rank(part: str) -> int:
        text = part.lower()
        for stem in hosts:
            if stem in text:
                return 0
        if has_files and _FILE_TYPE.search(text):
            return 0
        for stem in words:
            if stem in text:
                return 1
        return 1 if short and _has_short_word(text) else 2

    return rank
