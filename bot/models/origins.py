# SPDX-License-Identifier: GPL-3.0-or-later
"""What one origin of a package tells: where it comes from, what type of file it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from bot.guix.package import PackageDefinition, PackageOrigin
from bot.models import scale, wording
from bot.models.assessment import Evidence

_LONGEST_URL = 2_000
_LONGEST_PATH = 200
_REMEMBERED = 1_024
"""URLs whose places are remembered: several checks ask for each."""
_ANY_HOST = re.compile("|".join(host.pattern.pattern for host in scale.HOSTS), re.IGNORECASE)
_ENDINGS = tuple(sorted(scale.FILE_TYPES, key=len, reverse=True))
_REPOSITORY_METHODS = frozenset({"git-fetch", "git-fetch/lfs", "hg-fetch", "svn-fetch"})


@dataclass(frozen=True, slots=True)
class OriginWeighing:
    """One origin, weighed."""

    index: int
    evidence: tuple[Evidence, ...]

    @property
    def points(self) -> int:
        """The sum of its evidence."""
        return sum(item.weight for item in self.evidence)

    @property
    def is_weights(self) -> bool:
        """Whether the origin itself is trained parameters, not just their neighbour."""
        kinds = {item.kind for item in self.evidence}
        return self.points >= scale.THRESHOLD or (
            self.points >= scale.WEIGHTS and "weights-file-type" in kinds
        )


def weigh_origins(package: PackageDefinition) -> tuple[OriginWeighing, ...]:
    """Weigh every origin of ``package``, in their order."""
    places = _Places(package.strings)
    return tuple(_weigh(index, origin, places) for index, origin in enumerate(package.origins))


def _weigh(index: int, origin: PackageOrigin, places: _Places) -> OriginWeighing:
    evidence = [*_place(origin), *_file_type(origin)]
    if evidence and origin.role != "source":
        evidence += _use(origin, places)
    return OriginWeighing(index, tuple(evidence))


class _Places:
    """Literals of a definition that put a file into a directory, by its name and its ending."""

    def __init__(self, strings: Iterable[str]) -> None:
        self._strings = strings
        self._by_name: dict[str, str] = {}
        self._by_ending: dict[str, str] = {}
        self._sorted = False

    def _sort(self) -> None:
        self._sorted = True
        for literal in self._strings:
            if "/" not in literal or "://" in literal or len(literal) > _LONGEST_PATH:
                continue
            if wording.says_tests(literal):
                continue
            self._by_name.setdefault(literal.rpartition("/")[2], literal)
            found = file_type_of(literal)
            if found:
                self._by_ending.setdefault(found[0], literal)

    def of(self, names: Iterable[str]) -> str | None:
        """Return a literal that places one of these files, or one of their type, or None."""
        if not self._sorted:
            self._sort()
        for name in names:
            found = file_type_of(name)
            literal = self._by_name.get(name) or (found and self._by_ending.get(found[0]))
            if literal:
                return literal
        return None


@lru_cache(_REMEMBERED)
def host_of(url: str) -> scale.Host | None:
    """Return what is known of a URL's place, or None."""
    rest = url[:_LONGEST_URL].partition("://")[2].rpartition("@")[2] or ""
    if not _ANY_HOST.match(rest):
        return None
    if any(host.pattern.match(rest) for host in scale.NOT_MODELS):
        return None
    return next((host for host in scale.HOSTS if host.pattern.match(rest)), None)


def file_type_of(name: str) -> tuple[str, int] | None:
    """Return the weights file type that a file's name ends in and its points, or None."""
    lowered = name.lower()
    if not lowered.endswith(_ENDINGS):
        return None
    longest = next(ending for ending in _ENDINGS if lowered.endswith(ending))
    return longest, scale.FILE_TYPES[longest]


def file_names(origin: PackageOrigin) -> tuple[str, ...]:
    """Return the names by which an origin's file is known: its own and its URLs'."""
    names = [_last_part(uri) for uri in origin.uris]
    if origin.file_name:
        names.insert(0, origin.file_name)
    return tuple(name for name in names if name)


def _last_part(url: str) -> str:
    path = url[:_LONGEST_URL].partition("?")[0].partition("#")[0]
    return unquote(path.rstrip("/").rpartition("/")[2])


def _place(origin: PackageOrigin) -> Iterator[Evidence]:
    known = [(uri, host) for uri in origin.uris if (host := host_of(uri))]
    if known:
        uri, host = max(known, key=lambda pair: pair[1].points)
        points = host.points
        if points == scale.HUB_REPOSITORY and origin.method not in _REPOSITORY_METHODS:
            points = scale.HUB
        if points:
            yield Evidence("model-host", f"{uri} is a place of {host.what}", points)
    if any(uri.startswith("magnet:") or uri.endswith(".torrent") for uri in origin.uris):
        yield Evidence("torrent", "it is fetched by torrent", scale.TORRENT)


def _file_type(origin: PackageOrigin) -> Iterator[Evidence]:
    types = [(name, found) for name in file_names(origin) if (found := file_type_of(name))]
    if types:
        name, (ending, points) = max(types, key=lambda pair: pair[1][1])
        on_hub = any((host := host_of(uri)) and host.points >= scale.HUB for uri in origin.uris)
        if points == scale.DOUBTFUL and on_hub:
            points = scale.DOUBTFUL_FILE_TYPE_ON_HUB
        kind = "doubtful-file-type" if points == scale.DOUBTFUL else "weights-file-type"
        yield Evidence(kind, f"{name} is of the type {ending}", points)
    said = next((name for name in file_names(origin) if wording.file_name_says_model(name)), None)
    if said:
        yield Evidence("file-name", f"the file is called {said}", scale.FILE_NAME_WORD)


def _use(origin: PackageOrigin, places: _Places) -> Iterator[Evidence]:
    """Tell an input that ends up in the package from one that its tests read."""
    if _for_tests(origin):
        yield Evidence("for-tests", "its name or comment says that tests use it", scale.FOR_TESTS)
        return
    if origin.role == "native-input":
        yield Evidence("build-input", "only the build reads it", scale.BUILD_INPUT_ONLY)
    target = places.of(file_names(origin))
    if target:
        detail = f"the build copies it: {target}"
        yield Evidence("copied-to-output", detail, scale.COPIED_TO_OUTPUT)


def _for_tests(origin: PackageOrigin) -> bool:
    said = [origin.label or "", origin.file_name or "", *origin.comments]
    said += (uri.partition("://")[2].partition("/")[2] for uri in origin.uris)
    return any(wording.says_tests(text) for text in said)
